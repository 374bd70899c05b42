#include "testing/exchange.h"

#include "actors/core/coroutine.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/http_route.h"
#include "wire/limits.h"

static void set(tr_buf *out, tr_slice text)
{
    out->size = 0;
    tr_buf_append(out, text.data, text.size);
}

// -- a file, by pieces --

static int step(const tr_test_exchange *self, enum tr_download_step what, uint32_t cap,
                tr_message **out)
{
    tr_msg_download_step body = {.token = tr_slice_of(self->token),
                                 .step = (uint16_t)what,
                                 .attempt = self->attempt,
                                 .offset = self->body.size,
                                 .cap = cap};
    int result = tr_coroutine_ask(TR_NOWHERE, self->owner, TR_MSG_download_step, &body,
                                  TR_DOWNLOAD_READ_MS + TR_ASK_DEADLINE_MS, out);
    if (result == 0)
        result = (int)TR_BODY(*out, download_piece)->status;
    if (result < 0 && *out != NULL) {
        tr_message_free(*out);
        *out = NULL;
    }
    return result;
}

static int read_piece(tr_test_exchange *self, uint64_t left)
{
    tr_message *answer = NULL;
    uint32_t cap = left < TR_DOWNLOAD_PIECE_BYTES ? (uint32_t)left : TR_DOWNLOAD_PIECE_BYTES;
    int result = step(self, TR_DOWNLOAD_STEP_READ, cap, &answer);
    if (result < 0)
        return result;
    tr_slice bytes = TR_BODY(answer, download_piece)->bytes;
    result = bytes.size > cap ? TR_EPROTOCOL : (int)bytes.size;
    if (self->body.size + bytes.size > TR_EXCHANGE_BODY_CAP_BYTES)
        result = TR_ETOOBIG;
    if (result > 0)
        tr_buf_append(&self->body, bytes.data, bytes.size);
    tr_message_free(answer);
    return result;
}

static int read_all(tr_test_exchange *self, uint64_t size)
{
    bool is_known = size != TR_DOWNLOAD_SIZE_UNKNOWN;
    while (self->body.size < size) {
        int result = read_piece(self, is_known ? size - self->body.size : size);
        if (result < 0)
            return result;
        if (result == 0)
            return is_known ? TR_EPROTOCOL : 0;
    }
    return 0;
}

static void read_file(tr_test_exchange *self, uint64_t size)
{
    tr_message *answer = NULL;
    self->result = read_all(self, size);
    self->is_broken = self->result < 0;
    if (step(self, self->is_broken ? TR_DOWNLOAD_STEP_BROKEN : TR_DOWNLOAD_STEP_DONE, 0, &answer) ==
        0)
        tr_message_free(answer);
}

// -- a download --

static unsigned status_of_file(int result)
{
    return result == TR_ENOTFOUND ? 404
           : result == TR_EGONE   ? 410
           : result == TR_EEXISTS ? 409
                                  : 503;
}

static void download(tr_test_exchange *self)
{
    tr_message *facts = NULL;
    self->result =
        step(self, self->is_head ? TR_DOWNLOAD_STEP_LOOK : TR_DOWNLOAD_STEP_BEGIN, 0, &facts);
    self->status = self->result < 0 ? status_of_file(self->result) : 200;
    if (self->result < 0)
        return;
    uint64_t size = TR_BODY(facts, download_piece)->size;
    set(&self->type, TR_BODY(facts, download_piece)->type);
    tr_message_free(facts);
    if (!self->is_head)
        read_file(self, size);
}

// -- a route of the app's own --

static unsigned status_of_call(int result)
{
    return result == TR_ETIMEOUT    ? 504
           : result == TR_EGONE     ? 502
           : result == TR_ENOTFOUND ? 404
                                    : 503;
}

static int ask_app(const tr_test_exchange *self, tr_message **out)
{
    tr_msg_http_request body = {.method = tr_slice_of(self->method),
                                .path = tr_buf_slice(&self->path),
                                .query = tr_buf_slice(&self->query),
                                .headers = tr_buf_slice(&self->headers),
                                .body = tr_buf_slice(&self->asked),
                                .client = tr_slice_of(self->client),
                                .attempt = self->attempt};
    int result = tr_coroutine_ask(TR_NOWHERE, self->owner, TR_MSG_http_request, &body,
                                  tr_http_route_timeout_ms(self->route), out);
    if (result == 0 && TR_BODY(*out, http_answer)->status < 0)
        result = (int)TR_BODY(*out, http_answer)->status;
    return result;
}

static void take_answer(tr_test_exchange *self, const tr_msg_http_answer *body)
{
    self->status = (unsigned)body->status;
    set(&self->type, body->type);
    set(&self->answered, body->headers);
    set(&self->name, body->name);
    if (body->token.size == TR_SESSION_ID_SIZE)
        memcpy(self->token, body->token.data, body->token.size);
    else if (!self->is_head)
        set(&self->body, body->body);
}

static void call(tr_test_exchange *self)
{
    tr_message *answer = NULL;
    self->result = ask_app(self, &answer);
    if (self->result < 0) {
        self->status = status_of_call(self->result);
        if (answer != NULL)
            tr_message_free(answer);
        return;
    }
    uint64_t size = TR_BODY(answer, http_answer)->size;
    take_answer(self, TR_BODY(answer, http_answer));
    tr_message_free(answer);
    if (self->token[0] != '\0')
        read_file(self, self->is_head ? 0 : size);
}

// -- both --

static void run(void *arg)
{
    tr_test_exchange *self = arg;
    if (self->route != NULL)
        call(self);
    else
        download(self);
    self->is_done = true;
}

int tr_test_exchange_start(tr_core *core, tr_test_exchange *self)
{
    self->core = core;
    self->owner = tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_SESSIONS);
    self->attempt = tr_core_random(core) | 1;
    return tr_coroutine_start(core, "test request", run, self, NULL);
}

void tr_test_exchange_free(tr_test_exchange **self)
{
    tr_test_exchange *gone = *self;
    *self = NULL;
    if (gone == NULL)
        return;
    tr_buf_done(&gone->path);
    tr_buf_done(&gone->query);
    tr_buf_done(&gone->headers);
    tr_buf_done(&gone->asked);
    tr_buf_done(&gone->type);
    tr_buf_done(&gone->name);
    tr_buf_done(&gone->answered);
    tr_buf_done(&gone->body);
    tr_free(gone);
}
