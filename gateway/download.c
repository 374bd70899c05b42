#include "gateway/download.h"

#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/edge.h"
#include "gateway/range.h"
#include "gateway/shard_ask.h"
#include "gateway/state.h"
#include "troupe/err.h"
#include "wire/http_route.h"

enum { RANGE_CAP_BYTES = 64 };

struct tr_download {
    tr_core *core;
    tr_gateway *gateway; // NULL once it stopped, or counts this no more
    tr_socket *socket;   // NULL once it is closed, or let go of
    tr_download *next;   // all of the gateway
    tr_download *prev;
    tr_coroutine *coroutine;
    tr_upload_grant grant; // of a file; its name and token alone when an app's answer is one
    tr_http_call *call;    // that the app answers itself; NULL: a file of a page
    tr_address owner;      // who lends an answer's file; unset: whoever has the token's shard
    uint64_t attempt;      // tells it from others with the same URL
    uint64_t offset;       // of the next piece
    uint64_t left;         // bytes to come; TR_DOWNLOAD_SIZE_UNKNOWN
    uint64_t size;         // of the whole, likewise
    tr_message *sending;   // the answer with the piece that the edge has; NULL: none
    bool is_call;          // it was one: its answer may be a file
    bool is_head;
    bool is_waiting; // the coroutine, for the edge
    bool is_asking;  // likewise, for the app
    bool is_reading; // likewise, for the next piece
    char range[RANGE_CAP_BYTES];
    char if_range[RANGE_CAP_BYTES];
};

// -- its session --

// A browser that has gone meanwhile is not worked for, but for telling that it has.
static int ask(const tr_download *self, enum tr_download_step step, uint32_t cap, tr_message **out)
{
    bool is_end = step == TR_DOWNLOAD_STEP_DONE || step == TR_DOWNLOAD_STEP_BROKEN;
    bool is_read = step == TR_DOWNLOAD_STEP_READ;
    tr_msg_download_step body = {.token = tr_slice_of(self->grant.token),
                                 .step = (uint16_t)step,
                                 .attempt = self->attempt,
                                 .offset = self->offset,
                                 .cap = cap};
    return tr_shard_ask(
        self->core,
        &(tr_shard_question){.id = body.token,
                             .owner = self->owner,
                             .type = TR_MSG_download_step,
                             .body = &body,
                             .patience_ms = TR_DOWNLOAD_ANSWER_MS,
                             .answer_ms = is_read ? TR_DOWNLOAD_READ_MS + TR_ASK_DEADLINE_MS : 0,
                             .is_once = true, // a source cannot be asked twice
                             .browser = is_end ? NULL : &self->socket},
        out);
}

static void tell_end(const tr_download *self, bool is_done)
{
    enum tr_download_step step = is_done ? TR_DOWNLOAD_STEP_DONE : TR_DOWNLOAD_STEP_BROKEN;
    // A session that is not told takes the request for dead after a while.
    (void)ask(self, step, 0, NULL);
}

// -- the browser --

static void refuse(tr_download *self, unsigned status, const char *text)
{
    if (self->socket != NULL)
        tr_socket_download_head(self->socket, &(tr_download_reply){.status = status, .text = text});
    self->socket = NULL;
}

static void refuse_for(tr_download *self, int result)
{
    if (result == TR_ENOTFOUND)
        refuse(self, 404, "This file is not there, or no page gives it away any more.\n");
    else if (result == TR_EGONE)
        refuse(self, 410, "This address is no longer good: it was used, or it has expired.\n");
    else if (result == TR_EEXISTS)
        refuse(self, 409, "Another request is downloading this file.\n");
    else
        refuse(self, 503, "This file cannot be had now: try again later.\n");
}

static tr_download_reply reply_of(const tr_download *self, const tr_msg_download_piece *facts)
{
    return (tr_download_reply){.status = 200,
                               .name = self->grant.name,
                               .type = facts->type,
                               .etag = facts->etag,
                               .size = facts->size,
                               .part = facts->size};
}

// The part that the browser wants, when it has the rest already.
static bool choose_part(tr_download *self, tr_download_reply *io)
{
    bool is_same = *self->if_range == '\0' || tr_slice_equal(tr_slice_of(self->if_range), io->etag);
    if (io->etag.size == 0 || *self->range == '\0' || !is_same || self->is_head)
        return true;
    size_t first;
    size_t part;
    enum tr_range how = tr_range_read(tr_slice_of(self->range), io->size, &first, &part);
    if (how == TR_RANGE_OUTSIDE)
        return false;
    if (how == TR_RANGE_WHOLE)
        return true;
    io->status = 206;
    io->first = first;
    io->part = part;
    return true;
}

static void wait_until_sent(tr_download *self)
{
    self->is_waiting = true;
    while (self->sending != NULL && self->socket != NULL && tr_coroutine_suspend() == 0)
        ;
    self->is_waiting = false;
    if (self->sending != NULL)
        tr_message_free(self->sending);
    self->sending = NULL;
}

// 0; below: it cannot go on.
static int send_all(tr_download *self)
{
    while (self->left != 0 && self->socket != NULL) {
        uint32_t cap =
            self->left < TR_DOWNLOAD_PIECE_BYTES ? (uint32_t)self->left : TR_DOWNLOAD_PIECE_BYTES;
        tr_message *answer = NULL;
        self->is_reading = true;
        int result = ask(self, TR_DOWNLOAD_STEP_READ, cap, &answer);
        self->is_reading = false;
        wait_until_sent(self);
        if (result < 0)
            return self->socket != NULL ? result : TR_EGONE;
        tr_slice bytes = TR_BODY(answer, download_piece)->bytes;
        bool is_known = self->left != TR_DOWNLOAD_SIZE_UNKNOWN;
        if (bytes.size == 0 || bytes.size > cap) {
            tr_message_free(answer);
            return bytes.size == 0 && !is_known ? 0 : TR_EPROTOCOL;
        }
        self->offset += bytes.size;
        self->left -= is_known ? bytes.size : 0;
        self->sending = answer;
        if (self->socket != NULL)
            tr_socket_download_send(self->socket, bytes);
    }
    wait_until_sent(self);
    return self->socket != NULL ? 0 : TR_EGONE;
}

static void finish(tr_download *self, int result)
{
    bool is_whole = self->size == TR_DOWNLOAD_SIZE_UNKNOWN || self->offset == self->size;
    if (result < 0)
        tr_log(result == TR_EGONE ? TR_LOG_DEBUG : TR_LOG_WARN,
               "event=download_broken name=%s bytes=%llu reason=%s",
               tr_log_quote(self->grant.name, (unsigned)strlen(self->grant.name)),
               (unsigned long long)self->offset, tr_err_name(result));
    if (self->socket != NULL && result < 0)
        tr_socket_download_cut(self->socket);
    else if (self->socket != NULL)
        tr_socket_download_end(self->socket);
    self->socket = NULL;
    tell_end(self, result == 0 && is_whole);
}

static void give(tr_download *self)
{
    tr_message *facts = NULL;
    int result =
        ask(self, self->is_head ? TR_DOWNLOAD_STEP_LOOK : TR_DOWNLOAD_STEP_BEGIN, 0, &facts);
    if (result < 0) {
        refuse_for(self, result);
        return;
    }
    tr_download_reply reply = reply_of(self, TR_BODY(facts, download_piece));
    bool is_inside = choose_part(self, &reply);
    self->size = reply.size;
    self->offset = reply.first;
    self->left = reply.part;
    if (!is_inside) {
        reply.status = 416;
        reply.text = "The file has no such part.\n";
    }
    if (self->socket != NULL)
        tr_socket_download_head(self->socket, &reply);
    if (!is_inside || self->is_head)
        self->socket = NULL;
    tr_message_free(facts);
    if (!is_inside)
        tell_end(self, false);
    else if (!self->is_head)
        finish(self, send_all(self));
}

// -- what an app answers itself --

static void refuse_call(tr_download *self, int result)
{
    if (result == TR_ETIMEOUT)
        refuse(self, 504, "The app has not answered in time.\n");
    else if (result == TR_EGONE)
        refuse(self, 502, "The process that worked on this is gone.\n");
    else if (result == TR_ENOTFOUND)
        refuse(self, 404, "There is nothing at this address.\n");
    else
        refuse(self, 503, "The app cannot answer now: try again later.\n");
}

static int ask_app(tr_download *self, tr_message **out)
{
    tr_http_call *call = self->call;
    self->owner = tr_routes_place(tr_core_routes(self->core), tr_core_node(self->core),
                                  tr_core_index(self->core), tr_core_random(self->core));
    if (!tr_address_is_set(self->owner))
        return TR_EUNAVAILABLE;
    tr_msg_http_request body = {.method = tr_slice_of(call->method),
                                .path = tr_buf_slice(&call->path),
                                .query = tr_buf_slice(&call->query),
                                .headers = tr_buf_slice(&call->headers),
                                .body = tr_buf_slice(&call->body),
                                .client = tr_slice_of(call->client),
                                .attempt = self->attempt};
    self->is_asking = true;
    int result = tr_coroutine_ask(TR_NOWHERE, self->owner, TR_MSG_http_request, &body,
                                  tr_http_route_timeout_ms(call->route), out);
    self->is_asking = false;
    return result;
}

// An answer is of no use to anybody: its room is free at once, and an async handler is cancelled.
static void give_up(tr_download *self)
{
    // One that is not told answers in vain.
    (void)tr_send(self->core, TR_NOWHERE, self->owner, http_given_up, .attempt = self->attempt);
    tr_coroutine_cancel(self->coroutine);
}

static void give_body(tr_download *self, tr_message *answer)
{
    tr_slice body = TR_BODY(answer, http_answer)->body;
    self->sending = answer;
    if (self->socket != NULL && body.size != 0)
        tr_socket_download_send(self->socket, body);
    if (body.size != 0)
        wait_until_sent(self);
    else
        tr_download_on_sent(self);
    if (self->socket != NULL)
        tr_socket_download_end(self->socket);
    self->socket = NULL;
}

static void give_lent(tr_download *self, const tr_msg_http_answer *body)
{
    memcpy(self->grant.token, body->token.data, body->token.size);
    snprintf(self->grant.name, sizeof self->grant.name, "%.*s", (int)body->name.size,
             body->name.data != NULL ? body->name.data : "");
    self->size = self->left = body->size;
}

static void give_answer(tr_download *self, tr_message *answer)
{
    const tr_msg_http_answer *body = TR_BODY(answer, http_answer);
    bool is_lent = body->token.size == TR_SESSION_ID_SIZE;
    char name[TR_FILE_NAME_CAP_BYTES + 1] = "";
    if (is_lent)
        give_lent(self, body);
    snprintf(name, sizeof name, "%s", self->grant.name);
    if (self->socket != NULL)
        tr_socket_download_head(self->socket,
                                &(tr_download_reply){.status = (unsigned)body->status,
                                                     .name = *name != '\0' ? name : NULL,
                                                     .type = body->type,
                                                     .headers = body->headers,
                                                     .size = body->size,
                                                     .part = body->size});
    if (self->is_head)
        self->socket = NULL;
    if (!is_lent) {
        give_body(self, answer);
        return;
    }
    tr_message_free(answer);
    finish(self, self->is_head ? 0 : send_all(self));
}

static void give_call(tr_download *self)
{
    tr_message *answer = NULL;
    int result = ask_app(self, &answer);
    tr_http_call_free(&self->call); // nothing of it is needed while the answer is sent
    if (result == 0 && TR_BODY(answer, http_answer)->status < 0) {
        result = (int)TR_BODY(answer, http_answer)->status;
        tr_message_free(answer);
    }
    if (result < 0)
        refuse_call(self, result);
    else
        give_answer(self, answer);
}

static void leave(tr_download *self)
{
    if (self->gateway == NULL)
        return;
    DL_DELETE(self->gateway->first_download, self);
    if (self->is_call)
        self->gateway->stats.calls--;
    else
        self->gateway->stats.downloads--;
    self->gateway = NULL;
}

static void run(void *arg)
{
    tr_download *self = arg;
    self->coroutine = tr_coroutine_current();
    if (self->is_call)
        give_call(self);
    else
        give(self);
    leave(self);
    tr_free(self);
}

static void copy(tr_slice text, char out[RANGE_CAP_BYTES])
{
    // What is longer than any of ours is none.
    if (text.size != 0 && text.size < RANGE_CAP_BYTES)
        memcpy(out, text.data, text.size);
}

// Calls and downloads do not take each other's room.
static bool take_room(tr_gateway *gateway, bool is_call)
{
    uint32_t *count = is_call ? &gateway->stats.calls : &gateway->stats.downloads;
    if (*count >= (is_call ? TR_HTTP_CALLS_PER_CORE_CAP : TR_DOWNLOADS_PER_CORE_CAP))
        return false;
    (*count)++;
    return true;
}

int tr_download_begin(tr_gateway *gateway, const tr_download_request *request, tr_download **out)
{
    tr_http_call *call = request->call;
    bool is_call = call != NULL;
    if (!take_room(gateway, is_call)) {
        tr_http_call_free(&call);
        return TR_EFULL;
    }
    tr_download *self = tr_new(tr_download);
    self->call = call;
    self->is_call = is_call;
    self->core = gateway->core;
    self->gateway = gateway;
    self->socket = request->socket;
    if (request->grant != NULL)
        self->grant = *request->grant;
    self->is_head = request->is_head;
    self->attempt = tr_core_random(self->core) | 1;
    copy(request->range, self->range);
    copy(request->if_range, self->if_range);
    if (request->if_range.size >= RANGE_CAP_BYTES)
        *self->range = '\0'; // a condition that cannot be met
    DL_PREPEND(gateway->first_download, self);
    *out = self; // before it runs: it may be answered at once
    int result = tr_coroutine_start(self->core, "download", run, self, NULL);
    if (result < 0) {
        leave(self);
        tr_http_call_free(&self->call);
        tr_free(self);
        *out = NULL;
    }
    return result;
}

// -- from the edge --

// Its place is free at once, and its session is told at once, however long its source takes for the next
// piece. The session may not hear that, as it is on its way to another process: the end is told once more
// behind the piece, with patience.
static void stop_reading(tr_download *self)
{
    const tr_routes *routes = tr_core_routes(self->core);
    tr_slice token = tr_slice_of(self->grant.token);
    tr_address owner =
        tr_address_is_set(self->owner) ? self->owner : tr_routes_owner(routes, token);
    (void)tr_send(self->core, TR_NOWHERE, owner, download_step, .token = token,
                  .step = TR_DOWNLOAD_STEP_BROKEN, .attempt = self->attempt);
    leave(self);
}

static void wake(tr_download *self)
{
    if (self->is_waiting)
        tr_coroutine_resume(self->coroutine, 0);
}

void tr_download_on_sent(tr_download *self)
{
    tr_message_free(self->sending);
    self->sending = NULL;
    wake(self);
}

void tr_download_on_gone(tr_download *self)
{
    self->socket = NULL;
    if (self->is_asking)
        give_up(self);
    else if (self->is_reading)
        stop_reading(self);
    else
        wake(self);
}

void tr_downloads_end(tr_gateway *gateway)
{
    for (tr_download *at = gateway->first_download; at != NULL; at = at->next)
        at->gateway = NULL;
    gateway->first_download = NULL;
    gateway->stats.downloads = 0;
    gateway->stats.calls = 0;
}
