// Requests of other programs to the app's own HTTP routes, and the downloads of its pages: what a gateway
// would make of them.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/tree/tree.h"
#include "testing/driver.h"
#include "testing/exchange.h"
#include "troupe/actors/pool.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/http_route.h"
#include "wire/reader.h"
#include "wire/route_match.h"
#include "wire/writer.h"

enum { STEP_MS = 10, PATIENCE_MS = 10000, QUERY_PARTS_CAP = 64 };

// -- what is asked --

// Those that HTTP knows. Others reach a handler whose route names them, here as at a gateway.
static bool is_of_http(const char *name)
{
    static const char *const names[] = {"accept",
                                        "accept-charset",
                                        "accept-encoding",
                                        "accept-language",
                                        "authorization",
                                        "cache-control",
                                        "content-encoding",
                                        "content-language",
                                        "content-type",
                                        "cookie",
                                        "date",
                                        "expect",
                                        "from",
                                        "host",
                                        "if-match",
                                        "if-modified-since",
                                        "if-none-match",
                                        "if-range",
                                        "if-unmodified-since",
                                        "origin",
                                        "range",
                                        "referer",
                                        "te",
                                        "user-agent",
                                        "via",
                                        "x-forwarded-for"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_named(const tr_http_route *route, const char *name)
{
    for (const char *const *at = route->headers; at != NULL && *at != NULL; at++)
        if (strcmp(*at, name) == 0)
            return true;
    return false;
}

static void write_headers(const tr_http_route *route, const char *const *headers, tr_buf *out)
{
    tr_buf rows = {0};
    uint32_t count = 0;
    for (; headers != NULL && headers[0] != NULL && headers[1] != NULL; headers += 2) {
        if (!is_of_http(headers[0]) && !is_named(route, headers[0]))
            continue;
        tr_write_bytes(&rows, tr_slice_of(headers[0]));
        tr_write_bytes(&rows, tr_slice_of(headers[1]));
        count += 2;
    }
    tr_write_array(out, count);
    tr_buf_append(out, rows.data, rows.size);
    tr_buf_done(&rows);
}

static void write_query(tr_slice query, tr_buf *out)
{
    tr_buf rows = {0};
    tr_buf part = {0};
    uint32_t count = 0;
    while (query.size != 0) {
        const char *end = memchr(query.data, '&', query.size);
        uint32_t size = end != NULL ? (uint32_t)(end - query.data) : query.size;
        part.size = 0;
        tr_route_decode(&part, (tr_slice){query.data, size}, true);
        tr_write_bytes(&rows, tr_buf_slice(&part));
        count++;
        uint32_t skipped = end != NULL ? size + 1 : size;
        query = (tr_slice){query.data + skipped, query.size - skipped};
    }
    tr_write_array(out, count);
    tr_buf_append(out, rows.data, rows.size);
    tr_buf_done(&part);
    tr_buf_done(&rows);
}

static tr_test_exchange *make(const tr_test_question *question)
{
    tr_test_exchange *self = tr_new(tr_test_exchange);
    const char *target = question->target;
    const char *mark = strchr(target, '?');
    size_t path_size = mark != NULL ? (size_t)(mark - target) : strlen(target);
    self->method = question->method;
    self->client = question->client != NULL ? question->client : "127.0.0.1";
    self->is_head = strcmp(question->method, "HEAD") == 0;
    tr_route_decode(&self->path, (tr_slice){target, (uint32_t)path_size}, false);
    write_query(mark != NULL ? tr_slice_of(mark + 1) : (tr_slice){0}, &self->query);
    return self;
}

// -- what the gateway says itself --

static void say(tr_test_exchange *self, unsigned status, const char *text)
{
    self->status = status;
    tr_buf_printf(&self->type, "text/plain; charset=utf-8");
    tr_buf_printf(&self->body, "%s", text);
    self->is_done = true;
}

static void say_methods(tr_test_exchange *self, const tr_buf *methods)
{
    bool is_asked = strcmp(self->method, "OPTIONS") == 0;
    tr_write_array(&self->answered, 2);
    tr_write_literal(&self->answered, "allow");
    tr_write_text(&self->answered, tr_buf_slice(methods));
    say(self, is_asked ? 204 : 405,
        is_asked ? "" : "This address is not answered with this method.\n");
}

static bool is_with_body(const char *method)
{
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "PATCH") == 0;
}

static void prepare_call(tr_test_exchange *self, const tr_test_question *question)
{
    size_t size = question->body == NULL ? 0
                  : question->size != 0  ? question->size
                                         : strlen(question->body);
    if (self->is_head && strncmp(self->route->pattern, "GET ", 4) == 0)
        self->method = "GET";
    write_headers(self->route, question->headers, &self->headers);
    if (!is_with_body(self->method))
        return;
    if (size > tr_http_route_body_max(self->route))
        say(self, 413, "The body is larger than this address takes.\n");
    else
        tr_buf_append(&self->asked, question->body, size);
}

// The URL of a download: what it says is checked as at a gateway, its signature too.
static void prepare_download(tr_test_exchange *self)
{
    tr_slice parts[QUERY_PARTS_CAP];
    tr_upload_grant grant;
    tr_reader in = tr_reader_of(tr_buf_slice(&self->query));
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && i < QUERY_PARTS_CAP; i++)
        parts[i] = tr_reader_bytes(&in);
    int result = count > QUERY_PARTS_CAP
                     ? TR_EMALFORMED
                     : tr_upload_url_read(parts, count, &tr_lab_downloads, &grant);
    if (result < 0) {
        say(self, result == TR_EREFUSED ? 403 : 400, "This is no address of a download here.\n");
        return;
    }
    memcpy(self->token, grant.token, sizeof grant.token);
    tr_buf_printf(&self->name, "%s", grant.name);
}

static void prepare(tr_test_page *page, tr_test_exchange *self, const tr_test_question *question)
{
    const tr_http_route *routes = page->program->app->http;
    tr_slice path = tr_buf_slice(&self->path);
    tr_buf methods = {0};
    if (tr_slice_is(path, tr_lab_downloads.path))
        prepare_download(self);
    else if (routes != NULL &&
             (self->route = tr_http_route_find(routes, tr_slice_of(self->method), path)) != NULL)
        prepare_call(self, question);
    else if (routes != NULL && tr_http_route_methods(routes, path, &methods))
        say_methods(self, &methods);
    else
        say(self, 404, "No route of the app's own has this address.\n");
    tr_buf_done(&methods);
}

// -- on the core thread --

typedef struct view {
    tr_test_exchange *exchange;
    uint32_t before; // pool threads that were at work when it began
    size_t received;
    bool is_done;
    bool is_in_pool;
} view;

static uint32_t at_work(tr_core *core)
{
    tr_pool_stats stats = tr_pool_stats_get(core);
    return stats.threads - stats.idle + stats.queued;
}

static void begin_on_core(tr_core *core, void *arg)
{
    view *self = arg;
    self->before = at_work(core);
    tr_must(tr_test_exchange_start(core, self->exchange) == 0);
}

static void look_on_core(tr_core *core, void *arg)
{
    view *self = arg;
    self->is_done = self->exchange->is_done;
    self->received = self->exchange->body.size;
    self->is_in_pool = at_work(core) > self->before;
}

// Pool threads have the real time, anew for each piece of a file; whoever sleeps has the test's.
static void wait_for(tr_test_page *page, tr_test_place at, view *io)
{
    uint64_t patience_ms = page->program->options.patience_ms;
    patience_ms = patience_ms != 0 ? patience_ms : PATIENCE_MS;
    uint64_t end_ms = tr_clock_ms() + patience_ms;
    for (;;) {
        size_t before = io->received;
        tr_test_settle(page);
        tr_lab_on_core(page->program->lab, look_on_core, io);
        if (io->is_done)
            return;
        if (io->received != before)
            end_ms = tr_clock_ms() + patience_ms;
        if (!io->is_in_pool)
            tr_must(tr_lab_advance(page->program->lab, STEP_MS) == 0);
        else if (tr_clock_ms() >= end_ms)
            tr_test_fail(page, at, "the answer took too long on a pool thread");
        else
            nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
}

// -- the test's side --

static const tr_test_answer *answer_of(tr_test_page *page)
{
    tr_test_exchange *exchange = page->exchange;
    page->answer =
        (tr_test_answer){.status = exchange->status,
                         .type = tr_buf_text(&exchange->type),
                         .name = exchange->name.size != 0 ? tr_buf_text(&exchange->name) : NULL,
                         .body = tr_buf_text(&exchange->body),
                         .size = exchange->body.size,
                         .is_broken = exchange->is_broken};
    return &page->answer;
}

const tr_test_answer *tr_test_request_at(tr_test_page *page, const tr_test_question *question)
{
    tr_must(question->method != NULL && question->target != NULL);
    tr_test_settle(page);
    tr_test_exchange_free(&page->exchange);
    page->exchange = make(question);
    prepare(page, page->exchange, question);
    view on_core = {.exchange = page->exchange};
    if (!page->exchange->is_done) {
        tr_lab_on_core(page->program->lab, begin_on_core, &on_core);
        wait_for(page, question->at, &on_core);
    }
    if (page->exchange->result == TR_ETOOBIG)
        tr_test_fail(page, question->at, "the answer has more than %zu bytes",
                     TR_EXCHANGE_BODY_CAP_BYTES);
    return answer_of(page);
}

const char *tr_test_header(tr_test_page *page, const char *name)
{
    if (page->exchange == NULL)
        return NULL;
    tr_reader in = tr_reader_of(tr_buf_slice(&page->exchange->answered));
    for (uint32_t left = tr_reader_array(&in); left >= 2; left -= 2) {
        tr_slice one = tr_reader_text(&in);
        tr_slice value = tr_reader_text(&in);
        if (!tr_slice_is(one, name))
            continue;
        page->text.size = 0;
        tr_buf_append(&page->text, value.data, value.size);
        return tr_buf_text(&page->text);
    }
    return NULL;
}

// -- what the page has the browser fetch --

typedef struct offer {
    const tr_test_page *page;
    const char *name;
    char *url; // a copy; NULL: there is none
} offer;

static bool is_file_of(const char *url, const char *name)
{
    const char *mark = strstr(url, "?f=");
    const char *end = mark != NULL ? strchr(mark, '&') : NULL;
    if (end == NULL || strncmp(url, tr_lab_downloads.path, (size_t)(mark - url)) != 0)
        return false;
    tr_buf own = {0};
    tr_route_decode(&own, (tr_slice){mark + 3, (uint32_t)(end - mark - 3)}, true);
    bool is_it = tr_slice_is(tr_buf_slice(&own), name);
    tr_buf_done(&own);
    return is_it;
}

static void find_offer(lab_connection *connection, void *arg)
{
    (void)connection;
    offer *self = arg;
    for (const tr_test_call *call = self->page->calls; call != NULL && self->url == NULL;
         call = call->next)
        if (call->url != NULL && is_file_of(call->url, self->name))
            self->url = tr_copy_text(call->url, strlen(call->url));
}

const tr_test_answer *tr_test_download_at(tr_test_page *page, tr_test_place at, const char *name)
{
    offer found = {.page = page, .name = name};
    tr_test_settle(page);
    tr_lab_touch(page->program->lab, page->n, find_offer, &found);
    if (found.url == NULL)
        tr_test_fail(page, at, "the page has nothing downloaded as \"%s\"", name);
    const tr_test_answer *answer = tr_test_request_at(
        page, &(const tr_test_question){.at = at, .method = "GET", .target = found.url});
    tr_free(found.url);
    return answer;
}
