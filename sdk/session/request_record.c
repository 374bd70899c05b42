#include "sdk/session/request_record.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "troupe/actors/coroutine.h"
#include "troupe/err.h"
#include "wire/http_route.h"

static char *copy(tr_slice text)
{
    return tr_copy_text(text.data, text.size);
}

void tr_request_init(tr_request *self, const tr_http_route *route, tr_address home,
                     const tr_msg_http_request *asked)
{
    *self = (tr_request){.route = route,
                         .home = home,
                         .asked = *asked,
                         .pattern = tr_http_pattern_path(route->pattern),
                         .method = copy(asked->method),
                         .path = copy(asked->path),
                         .client = copy(asked->client)};
}

void tr_request_done(tr_request *self)
{
    while (self->texts != NULL) {
        tr_request_text *gone = self->texts;
        self->texts = gone->next;
        tr_free(gone);
    }
    tr_free(self->method);
    tr_free(self->path);
    tr_free(self->client);
    tr_free(self->type);
    tr_free(self->file);
    tr_free(self->name);
    tr_buf_done(&self->headers);
    tr_buf_done(&self->body);
}

void tr_request_run(tr_request *self)
{
    self->route->handler->run(self);
    // One that was cancelled has nobody to answer.
    if (self->status != 0 || tr_coroutine_check() == TR_ECANCELLED)
        return;
    tr_log(TR_LOG_ERROR, "event=request_unanswered handler=%s route=%s", self->route->handler->name,
           tr_log_quote(self->route->pattern, (unsigned)strlen(self->route->pattern)));
    static const char text[] = "The server has no answer to this.\n";
    self->status = 500;
    self->type = copy(TR_SLICE("text/plain; charset=utf-8"));
    tr_buf_append(&self->body, text, sizeof text - 1);
}
