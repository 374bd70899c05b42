#include "gateway/edge_log.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "base/log_budget.h"

static void log_line(int level, const char *line)
{
    uint32_t left_out;
    if (!tr_log_may(tr_log_kind(0, "libwebsockets", 13), &left_out))
        return;
    size_t size = strlen(line);
    while (size != 0 && line[size - 1] == '\n')
        size--;
    tr_log(level == LLL_ERR ? TR_LOG_ERROR : TR_LOG_WARN, "event=libwebsockets text=%s left_out=%u",
           tr_log_quote(line, (unsigned)size), left_out);
}

static void set_up_log(void)
{
    lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
}

void tr_edge_set_up_log(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up_log);
}
