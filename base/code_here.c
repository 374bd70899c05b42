#include "base/code_here.h"

_Thread_local tr_code_here tr_code_runs;
