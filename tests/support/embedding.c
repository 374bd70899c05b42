#include "tests/support/embedding.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/browser.h"

tr_embed *embedding_start(const tr_app *app, const char *const *arguments)
{
    tr_embed *self = NULL;
    char why[TR_EMBED_WHY_CAP_BYTES];
    tr_embed_options options = {
        .app = app, .arguments = arguments, .name = "embedding", .why = why};
    int result = tr_embed_start(&options, &self);
    ck_assert_msg(result == 0, "%s: %s", tr_err_name(result), why);
    return self;
}

tr_embed_request embedding_request(const char *method, const char *target)
{
    static const tr_embed_header host[] = {{{"Host", 4}, {"embedding.example", 17}}};
    return (tr_embed_request){.method = tr_slice_of(method),
                              .target = tr_slice_of(target),
                              .headers = host,
                              .header_count = 1,
                              .client = EMBEDDING_CLIENT};
}

static void await(const tr_exchange *exchange, short events)
{
    struct pollfd one = {.fd = tr_exchange_fd(exchange), .events = events};
    ck_assert_int_eq(poll(&one, 1, BROWSER_DEADLINE_MS), 1);
}

static void put_body(tr_exchange *exchange, const char *body, size_t size, size_t piece)
{
    size_t at = 0;
    while (at < size) {
        size_t more = piece != 0 && piece < size - at ? piece : size - at;
        int taken = tr_exchange_body(exchange, body + at, more);
        if (taken == TR_EGONE)
            return; // its answer says why
        ck_assert_int_ge(taken, 0);
        if (taken == 0)
            await(exchange, POLLOUT);
        at += (size_t)taken;
    }
    int result;
    while ((result = tr_exchange_body_end(exchange)) == TR_EFULL)
        await(exchange, POLLOUT);
    ck_assert(result == 0 || result == TR_EGONE);
}

static void take_head(embedding_answer *answer, const tr_exchange_event *event)
{
    size_t at = 0;
    answer->status = event->status;
    for (size_t i = 0; i < event->header_count; i++)
        at += (size_t)snprintf(answer->headers + at, sizeof answer->headers - at, "%.*s: %.*s\n",
                               (int)event->headers[i].name.size, event->headers[i].name.data,
                               (int)event->headers[i].value.size, event->headers[i].value.data);
}

// False: there will be no more.
static bool next(tr_exchange *exchange, tr_exchange_event *out)
{
    int result;
    while ((result = tr_exchange_read(exchange, out)) == 0)
        await(exchange, POLLIN);
    return result == 1;
}

embedding_answer embedding_ask(tr_embed *self, const tr_embed_request *request, const char *body,
                               size_t piece)
{
    tr_exchange *exchange;
    tr_exchange_event event;
    embedding_answer answer = {0};
    ck_assert_int_eq(tr_embed_open(self, request, &exchange), 0);
    put_body(exchange, body, strlen(body), piece);
    while (next(exchange, &event)) {
        if (event.kind == TR_EXCHANGE_HEAD)
            take_head(&answer, &event);
        else if (event.kind == TR_EXCHANGE_BODY)
            tr_buf_append(&answer.body, event.bytes, event.size);
        else
            answer.is_whole = event.kind == TR_EXCHANGE_END;
    }
    tr_exchange_free(&exchange);
    return answer;
}

tr_exchange *embedding_websocket(tr_embed *self, const char *client)
{
    tr_exchange *exchange;
    tr_embed_request request = embedding_request("GET", "/ws");
    request.is_websocket = true;
    request.client = client;
    ck_assert_int_eq(tr_embed_open(self, &request, &exchange), 0);
    return exchange;
}

tr_exchange_event embedding_next(tr_exchange *self)
{
    tr_exchange_event event;
    ck_assert_msg(next(self, &event), "the exchange is over");
    return event;
}

void embedding_message(tr_exchange *self, const void *bytes, size_t size, bool is_text)
{
    int result;
    while ((result = tr_exchange_message(self, bytes, size, is_text)) == TR_EFULL)
        await(self, POLLOUT);
    ck_assert_int_eq(result, 0);
    while ((result = tr_exchange_flush(self)) == TR_EFULL)
        await(self, POLLOUT);
}
