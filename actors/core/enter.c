#include "actors/core/enter.h"

#include "base/log.h"

int tr_enter_refused(const char *call, int error)
{
    tr_log(TR_LOG_ERROR, "event=actor_misuse call=%s error=%s", call, tr_err_name(error));
    return error;
}
