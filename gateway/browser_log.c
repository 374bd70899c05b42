#include "gateway/browser_log.h"

#include <stdio.h>
#include <string.h>

#include "base/log_budget.h"

bool tr_close_is_violation(unsigned code)
{
    return code == TR_CLOSE_PROTOCOL || code == TR_CLOSE_UNSUPPORTED ||
           code == TR_CLOSE_MALFORMED || code == TR_CLOSE_POLICY || code == TR_CLOSE_TOO_BIG ||
           code == TR_CLOSE_NOT_REGISTERED;
}

void tr_browser_log_end(tr_browser *self, enum tr_log_level level, unsigned code,
                        const char *reason)
{
    if (self->is_ending)
        return;
    self->is_ending = true;
    uint32_t left_out = 0;
    char number[16];
    int size = snprintf(number, sizeof number, "%u", code);
    // A client that comes again and again to be closed is told of some times a second.
    uint64_t kind = tr_log_kind(tr_log_kind(0, "connection_closed", 17), number, (uint32_t)size);
    if (level >= TR_LOG_INFO && !tr_log_may(kind, &left_out))
        return;
    tr_log(level, "event=connection_closed code=%u reason=%s ip=%s left_out=%u", code,
           tr_log_quote(reason, (unsigned)strlen(reason)), self->ip, left_out);
}
