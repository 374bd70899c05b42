#include "sdk/roles/http_requests.h"

#include <stdatomic.h>
#include <string.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/mem.h"
#include "sdk/session/download_job.h"
#include "sdk/session/downloads.h"
#include "sdk/session/request_record.h"
#include "troupe/err.h"
#include "uploads/file_name.h"
#include "wire/http_route.h"
#include "wire/writer.h"

// A request under way. A sync handler that is late goes on with it after its coroutine has ended:
// whoever of the two lets go last frees it.
typedef struct pending {
    tr_sessions *sessions; // the coroutine's alone, as are the next three
    tr_core *core;
    tr_coroutine *coroutine;
    tr_cleanup end; // also of a coroutine that is ended by force
    tr_address asker;
    tr_address asked;
    uint64_t correlation;
    uint64_t attempt;
    atomic_uint holders;
    tr_buf bytes; // of what was asked
    tr_request request;
} pending;

static void let_go(pending *self)
{
    if (atomic_fetch_sub(&self->holders, 1) != 1)
        return;
    tr_request_done(&self->request);
    tr_buf_done(&self->bytes);
    tr_free(self);
}

static void answer(const pending *self, const tr_msg_http_answer *body)
{
    tr_message message = {.from = self->asker,
                          .to = self->asked,
                          .flags = TR_FLAG_ASK,
                          .correlation = self->correlation};
    // One that cannot be told gives up at its deadline.
    (void)tr_answer_body(self->sessions->core, &message, TR_MSG_http_answer, body);
}

static void refuse(const pending *self, int status)
{
    answer(self, &(tr_msg_http_answer){.status = status});
}

// -- a file --

static void give_file(pending *self, tr_buf *headers)
{
    const tr_request *request = &self->request;
    tr_download_found found;
    size_t room = sizeof found;
    tr_download_job job = {.is_look = true};
    tr_buf input = {0};
    tr_buf_append(&input, &job, sizeof job);
    tr_buf_append(&input, request->file, strlen(request->file) + 1);
    int64_t result = tr_pool_run(tr_download_job_run, input.data, input.size, TR_DOWNLOAD_READ_MS,
                                 &found, &room);
    tr_buf_done(&input);
    if (result == TR_ECANCELLED)
        return;
    char token[TR_SESSION_ID_SIZE + 1] = "";
    char name[TR_FILE_NAME_CAP_BYTES + 1] = "";
    if (result >= 0)
        result = tr_downloads_lend(self->sessions, request->file, found.size, found.identity,
                                   self->attempt, token);
    if (result < 0) {
        refuse(self, (int)result);
        return;
    }
    if (request->name != NULL)
        tr_file_name_make(tr_slice_of(request->name), name);
    answer(self, &(tr_msg_http_answer){.status = request->status,
                                       .type = tr_slice_of(request->type),
                                       .headers = tr_buf_slice(headers),
                                       .name = tr_slice_of(name),
                                       .token = tr_slice_of(token),
                                       .size = found.size});
}

static void give(pending *self)
{
    const tr_request *request = &self->request;
    tr_buf headers = {0};
    tr_write_array(&headers, 2 * request->header_count);
    tr_buf_append(&headers, request->headers.data, request->headers.size);
    if (request->file != NULL)
        give_file(self, &headers);
    else
        answer(self, &(tr_msg_http_answer){.status = request->status,
                                           .type = tr_slice_of(request->type),
                                           .headers = tr_buf_slice(&headers),
                                           .body = tr_buf_slice(&request->body),
                                           .size = request->body.size});
    tr_buf_done(&headers);
}

// -- the handler --

static int64_t run_in_pool(tr_pool_thread *thread, const void *input, size_t size)
{
    pending *self;
    (void)thread;
    memcpy(&self, input, size);
    tr_request_run(&self->request);
    let_go(self);
    return 0;
}

static int64_t run_sync(pending *self)
{
    atomic_fetch_add(&self->holders, 1);
    int64_t result = tr_pool_run(run_in_pool, &self, sizeof(pending *),
                                 tr_http_route_timeout_ms(self->request.route), NULL, NULL);
    // What found no room never runs. A job that was late, or whose process stops, still may.
    if (result == TR_EFULL)
        let_go(self);
    return result;
}

// The map is gone when the actor has stopped, which its coroutines may outlive.
static void on_end(void *arg)
{
    pending *self = arg;
    bool is_there = tr_core_role(self->core, TR_ROLE_SLOT_SDK) == self->sessions;
    if (is_there && tr_map_find(&self->sessions->requests, self->attempt) == self)
        (void)tr_map_take(&self->sessions->requests, self->attempt);
    let_go(self);
}

static void run(void *arg)
{
    pending *self = arg;
    int64_t result = 0;
    self->coroutine = tr_coroutine_current();
    tr_cleanup_add(self->coroutine, &self->end, on_end, self);
    if (self->attempt != 0)
        (void)tr_map_put(&self->sessions->requests, self->attempt, self);
    if (self->request.route->handler->is_sync)
        result = run_sync(self);
    else
        tr_request_run(&self->request);
    if (result == 0 && tr_coroutine_check() == 0)
        give(self);
    else if (result != TR_ECANCELLED && result < 0)
        refuse(self, (int)result);
}

void tr_http_requests_give_up(tr_sessions *sessions, uint64_t attempt)
{
    const pending *self = attempt != 0 ? tr_map_find(&sessions->requests, attempt) : NULL;
    if (self != NULL && !self->request.route->handler->is_sync)
        tr_coroutine_cancel(self->coroutine);
}

// -- what is asked --

static tr_slice keep(tr_buf *out, tr_slice text)
{
    size_t at = out->size;
    tr_buf_append(out, text.data, text.size);
    return (tr_slice){(const char *)out->data + at, text.size};
}

// Texts of a message end with it.
static tr_msg_http_request copy_of(const tr_msg_http_request *body, tr_buf *out)
{
    tr_msg_http_request copy = *body;
    (void)tr_buf_reserve(out, (size_t)body->method.size + body->path.size + body->query.size +
                                  body->headers.size + body->body.size + body->client.size + 1);
    copy.method = keep(out, body->method);
    copy.path = keep(out, body->path);
    copy.query = keep(out, body->query);
    copy.headers = keep(out, body->headers);
    copy.body = keep(out, body->body);
    copy.client = keep(out, body->client);
    return copy;
}

void tr_http_requests_on(tr_sessions *sessions, const tr_message *message)
{
    if ((message->flags & TR_FLAG_ASK) == 0)
        return;
    const tr_msg_http_request *body = TR_BODY(message, http_request);
    const tr_http_route *route = tr_http_route_find(sessions->app->http, body->method, body->path);
    pending *self = tr_new(pending);
    self->sessions = sessions;
    self->core = sessions->core;
    self->asker = message->from;
    self->asked = message->to;
    self->correlation = message->correlation;
    self->attempt = body->attempt;
    atomic_init(&self->holders, 1);
    tr_msg_http_request asked = copy_of(body, &self->bytes);
    // Another version of the app than the gateway's.
    int result = route == NULL ? TR_ENOTFOUND : 0;
    if (route != NULL) {
        tr_request_init(&self->request, route, message->to, &asked);
        result = tr_coroutine_start(sessions->core, route->handler->name, run, self, NULL);
    }
    if (result == 0)
        return;
    refuse(self, result);
    let_go(self);
}
