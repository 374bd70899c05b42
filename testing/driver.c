#include "testing/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/session/bound_names.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/instance.h"
#include "sdk/session/source_table.h"
#include "sdk/tree/tree.h"
#include "testing/captured_log.h"
#include "testing/exchange.h"
#include "wire/flet.h"
#include "wire/writer.h"

enum { PATIENCE_MS = 10000, SESSION_TIMEOUT_MS = 3600000, WIDTH = 1280, HEIGHT = 800 };

// -- what arrives, on the core thread --

static void keep_route(tr_test_page *self, const cm_value *args)
{
    tr_buf scratch = {0};
    const char *route = args != NULL ? tr_seen_text(tr_cm_get(args, "route"), &scratch) : NULL;
    if (route != NULL) {
        self->route.size = 0;
        tr_buf_printf(&self->route, "%s", route);
    }
    tr_buf_done(&scratch);
}

static char *copy_argument(const cm_value *args, const char *name)
{
    const cm_value *value = tr_cm_get(args, name);
    return value != NULL ? tr_copy_text(tr_cm_text(value), (uint32_t)strlen(tr_cm_text(value)))
                         : NULL;
}

static void keep_call(tr_test_page *self, const cm_value *body)
{
    tr_test_call *call = tr_new(tr_test_call);
    call->target = (uint32_t)tr_cm_integer(tr_cm_get(body, "control_id"));
    snprintf(call->name, sizeof call->name, "%s", tr_cm_text(tr_cm_get(body, "name")));
    snprintf(call->id, sizeof call->id, "%s", tr_cm_text(tr_cm_get(body, "call_id")));
    if (strcmp(call->name, "push_route") == 0)
        call->route = copy_argument(tr_cm_get(body, "args"), "route");
    if (strcmp(call->name, "launch_url") == 0)
        call->url = copy_argument(tr_cm_get(body, "args"), "url");
    call->next = self->calls;
    self->calls = call;
    if (call->target == TR_ID_PAGE && strcmp(call->name, "push_route") == 0)
        keep_route(self, tr_cm_get(body, "args"));
}

static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    tr_test_page *self = ((tr_test_program *)arg)->pages[n];
    if (self == NULL || size < 2)
        return;
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    if (packet->kind == CM_LIST && packet->count == 2) {
        int64_t action = tr_cm_integer(packet->items[0]);
        const cm_value *body = packet->items[1];
        if (action == TR_FLET_INVOKE)
            keep_call(self, body);
        else if (action == TR_FLET_CRASHED) {
            self->crashed.size = 0;
            tr_buf_printf(&self->crashed, "%s", tr_cm_text(tr_cm_get(body, "message")));
        }
    }
    tr_cm_free(packet);
}

// -- rest --

static void take_page(lab_connection *connection, void *arg)
{
    tr_test_page *self = arg;
    tr_cm_free(self->seen);
    self->seen = connection->page.page != NULL ? tr_cm_copy(connection->page.page) : NULL;
    memcpy(self->session_id, connection->session_id, sizeof self->session_id);
    self->broken.size = 0;
    if (connection->is_broken)
        tr_buf_printf(&self->broken, "%s", connection->page.error);
}

typedef struct question {
    tr_test_page *page;
    tr_test_call call;
    bool is_open;
} question;

static void take_question(lab_connection *connection, void *arg)
{
    question *self = arg;
    for (tr_test_call *call = self->page->calls; call != NULL; call = call->next) {
        if (call->is_answered)
            continue;
        call->is_answered = true;
        tr_buf key = {0};
        const char *text =
            tr_seen_text(tr_cm_get(tr_cm_find(&connection->page, call->target), "key"), &key);
        call->key = text != NULL ? tr_copy_text(text, (uint32_t)strlen(text)) : NULL;
        tr_buf_done(&key);
        self->call = *call;
        self->is_open = true;
        return;
    }
}

static void change_page(lab_connection *connection, void *arg)
{
    const tr_slice *props = arg;
    (void)tr_cm_update(&connection->page, TR_ID_PAGE, props->data, props->size);
}

// The address is another one now: the browser says so twice, as a property and as an event.
static void go_to(tr_test_page *self, const char *route)
{
    tr_buf props = {0};
    tr_buf packet = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "route");
    tr_write_text(&props, tr_slice_of(route));
    tr_slice map = tr_buf_slice(&props);
    tr_lab_touch(self->program->lab, self->n, change_page, &map);
    tr_flet_write_client_update(&packet, TR_ID_PAGE, map);
    (void)tr_lab_packet(self->program->lab, self->n, packet.data, packet.size);
    packet.size = 0;
    tr_flet_write_client_event(&packet, TR_ID_PAGE, TR_SLICE("route_change"), map);
    (void)tr_lab_packet(self->program->lab, self->n, packet.data, packet.size);
    tr_buf_done(&packet);
    tr_buf_done(&props);
}

// With what the test has for it, or else with nothing.
static void answer(const tr_test_page *self, const tr_test_call *call, tr_test_reply *reply)
{
    tr_buf packet = {0};
    tr_slice result = reply != NULL ? tr_buf_slice(&reply->result) : (tr_slice){0};
    tr_slice error = reply != NULL ? tr_slice_of(reply->error) : (tr_slice){0};
    tr_flet_write_client_result(&packet, call->target, tr_slice_of(call->id), result, error);
    (void)tr_lab_packet(self->program->lab, self->n, packet.data, packet.size);
    tr_buf_done(&packet);
    tr_test_reply_free(reply);
}

// As a browser that did what it was asked.
static bool answer_calls(tr_test_page *self)
{
    bool has_answered = false;
    for (;;) {
        question next = {.page = self};
        tr_lab_touch(self->program->lab, self->n, take_question, &next);
        if (!next.is_open)
            return has_answered;
        has_answered = true;
        answer(self, &next.call, tr_test_reply_take(&self->replies, next.call.name));
        if (next.call.route != NULL)
            go_to(self, next.call.route);
        if (strcmp(next.call.name, "focus") == 0)
            tr_test_move_focus(self, next.call.target);
    }
}

static bool answer_all(tr_test_program *self)
{
    bool has_answered = false;
    for (unsigned n = 0; n < LAB_CONNECTIONS; n++)
        if (self->pages[n] != NULL && !self->pages[n]->is_dropped)
            has_answered |= answer_calls(self->pages[n]);
    return has_answered;
}

static void come_to_rest(tr_test_program *self)
{
    uint64_t patience = self->options.patience_ms != 0 ? self->options.patience_ms : PATIENCE_MS;
    uint64_t deadline = tr_clock_ms() + patience;
    // Pool threads have the real time: the only thing here that is waited for in it.
    for (;;) {
        int result = tr_lab_advance(self->lab, 0);
        bool has_answered = answer_all(self);
        if (!has_answered && (result < 0 || !tr_lab_is_busy(self->lab)))
            return;
        if (tr_clock_ms() >= deadline)
            return;
        if (!has_answered)
            nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
}

void tr_test_settle(tr_test_page *self)
{
    come_to_rest(self->program);
    tr_lab_touch(self->program->lab, self->n, take_page, self);
}

// -- opening and closing --

static void write_number(tr_buf *out, const char *name, double value)
{
    tr_write_literal(out, name);
    tr_write_float(out, value);
}

static void write_browser(const tr_test_page *self, tr_buf *out)
{
    const tr_test_options *options = &self->options;
    const char *opened = options->route != NULL ? options->route : "/";
    tr_write_map(out, 7);
    tr_write_literal(out, "route");
    tr_write_text(out, self->route.size != 0 ? tr_buf_slice(&self->route) : tr_slice_of(opened));
    write_number(out, "width", options->width != 0 ? options->width : WIDTH);
    write_number(out, "height", options->height != 0 ? options->height : HEIGHT);
    tr_write_literal(out, "platform_brightness");
    tr_write_literal(out, options->is_dark ? "dark" : "light");
    tr_write_literal(out, "platform");
    tr_write_literal(out, "linux");
    tr_write_literal(out, "troupe"); // our own client
    tr_write_integer(out, 1);
    tr_write_literal(out, "web");
    tr_write_boolean(out, true);
}

// A browser knows itself what it tells the server.
static void know_self(lab_connection *connection, void *arg)
{
    const tr_buf *browser = arg;
    (void)tr_cm_update(&connection->page, TR_ID_PAGE, browser->data, browser->size);
}

static void connect_page(tr_test_page *self, const char *session_id)
{
    tr_buf browser = {0};
    tr_buf packet = {0};
    write_browser(self, &browser);
    tr_flet_write_client_register(&packet, tr_slice_of(session_id), tr_slice_of(""),
                                  tr_buf_slice(&browser));
    tr_lab_register(self->program->lab, self->n, packet.data, packet.size, "127.0.0.1",
                    "troupe test");
    tr_lab_touch(self->program->lab, self->n, know_self, &browser);
    tr_buf_done(&packet);
    tr_buf_done(&browser);
    self->is_dropped = false;
    tr_test_settle(self);
}

static tr_test_page *open_page(tr_test_program *program, const tr_test_options *options)
{
    unsigned n = 0;
    while (n < LAB_CONNECTIONS && program->pages[n] != NULL)
        n++;
    tr_must(n < LAB_CONNECTIONS);
    tr_test_page *self = tr_new(tr_test_page);
    self->program = program;
    self->n = n;
    if (options != NULL)
        self->options = *options;
    // No connection has this number now, so nothing arrives for it meanwhile.
    program->pages[n] = self;
    connect_page(self, "");
    return self;
}

tr_test_page *tr_test_open(const tr_app *app, const tr_test_options *options)
{
    tr_test_program *program = tr_new(tr_test_program);
    program->app = app;
    if (options != NULL)
        program->options = *options;
    tr_must(tr_handlers_check() == 0 && tr_sources_check() == 0 && tr_components_check() == 0 &&
            tr_bound_names_check() == 0);
    tr_captured_log_open();
    uint64_t timeout_ms = program->options.session_timeout_ms;
    program->lab = tr_lab_start_held_stored(app, timeout_ms != 0 ? timeout_ms : SESSION_TIMEOUT_MS,
                                            program->options.is_stored ? "memory" : NULL);
    tr_lab_watch(program->lab, on_packet, program);
    return open_page(program, options);
}

tr_test_page *tr_test_open_another(tr_test_page *page, const tr_test_options *options)
{
    return open_page(page->program, options);
}

static bool has_pages(const tr_test_program *self)
{
    for (unsigned n = 0; n < LAB_CONNECTIONS; n++)
        if (self->pages[n] != NULL)
            return true;
    return false;
}

static void free_page(tr_test_page *self)
{
    for (tr_test_call *call = self->calls, *next; call != NULL; call = next) {
        next = call->next;
        tr_free(call->key);
        tr_free(call->route);
        tr_free(call->url);
        tr_free(call);
    }
    tr_test_replies_free(&self->replies);
    tr_test_exchange_free(&self->exchange);
    tr_cm_free(self->seen);
    tr_buf_done(&self->broken);
    tr_buf_done(&self->crashed);
    tr_buf_done(&self->route);
    tr_buf_done(&self->text);
    tr_free(self);
}

static void leave(lab_connection *connection, void *arg)
{
    (void)connection;
    tr_test_page *self = arg;
    self->program->pages[self->n] = NULL;
}

void tr_test_close(tr_test_page **page)
{
    tr_test_page *self = *page;
    if (self == NULL)
        return;
    *page = NULL;
    tr_test_program *program = self->program;
    if (!self->is_dropped)
        tr_lab_detach(program->lab, self->n);
    tr_lab_touch(program->lab, self->n, leave, self);
    free_page(self);
    if (has_pages(program))
        return;
    tr_lab_stop(&program->lab);
    tr_captured_log_close();
    tr_buf_done(&program->report);
    tr_free(program);
}

// -- time, connection, log --

void tr_test_advance(tr_test_page *page, uint64_t milliseconds)
{
    come_to_rest(page->program);
    tr_must(tr_lab_advance(page->program->lab, milliseconds) == 0);
    tr_test_settle(page);
}

void tr_test_drop(tr_test_page *page)
{
    tr_test_settle(page);
    if (!page->is_dropped)
        tr_lab_detach(page->program->lab, page->n);
    page->is_dropped = true;
    come_to_rest(page->program);
}

void tr_test_resume(tr_test_page *page)
{
    char id[sizeof page->session_id];
    memcpy(id, page->session_id, sizeof id);
    if (page->is_dropped)
        connect_page(page, id);
}

const char *tr_test_tree(tr_test_page *page)
{
    tr_test_settle(page);
    page->text.size = 0;
    tr_seen_print(page->seen, &page->text);
    return tr_buf_text(&page->text);
}

const char *tr_test_log(tr_test_page *page)
{
    come_to_rest(page->program);
    page->text.size = 0;
    tr_captured_log_copy(&page->text);
    return tr_buf_text(&page->text);
}

typedef struct tally {
    tr_test_page *page;
    const char *key;
    const char *method;
    unsigned count;
} tally;

static void count_calls(lab_connection *connection, void *arg)
{
    (void)connection;
    tally *self = arg;
    for (const tr_test_call *call = self->page->calls; call != NULL; call = call->next)
        self->count +=
            strcmp(call->name, self->method) == 0 &&
            (self->key == NULL || (call->key != NULL && strcmp(call->key, self->key) == 0));
}

unsigned tr_test_calls(tr_test_page *page, const char *key, const char *method)
{
    tr_test_settle(page);
    tally self = {.page = page, .key = key, .method = method};
    tr_lab_touch(page->program->lab, page->n, count_calls, &self);
    return self.count;
}
