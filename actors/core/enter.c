#include "actors/core/enter.h"

#include <stdio.h>

#include "base/log.h"
#include "base/misuse_way.h"

int tr_enter_refused(const char *call, int error)
{
    char line[160];
    snprintf(line, sizeof line, "event=actor_misuse call=%s error=%s", call, tr_err_name(error));
    tr_log(TR_LOG_ERROR, "%s", line);
    tr_misuse_said(line);
    return error;
}
