#include "base/owner.h"

_Thread_local char tr_owner_mark;
