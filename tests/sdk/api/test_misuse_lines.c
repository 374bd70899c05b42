// Each function that a handler calls with a text that is none (no UTF-8) has a line in the log with the handler and why,
// from an async handler and from a sync one. What a message cannot carry never reaches the session, which says the rest.

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/err.h"
#include "troupe/troupe.h"

Suite *sdk_misuse_lines_suite(void);

#define BAD "caf\xe9"

TR_ASYNC(nobody)
{
    (void)ev;
}

// A name, and a call that is refused.
#define CALLS(X)                                                                                   \
    X(set_text, ui_set_text(ev, BAD, "x"))                                                         \
    X(set_text_to, ui_set_text(ev, "here", BAD))                                                   \
    X(set_textf, ui_set_textf(ev, BAD, "%d", 1))                                                   \
    X(set_string, ui_set_string(ev, BAD, "value", "x"))                                            \
    X(set_string_to, ui_set_string(ev, "here", "value", BAD))                                      \
    X(set_string_of, ui_set_string(ev, "here", BAD, "x"))                                          \
    X(set_number, ui_set_number(ev, BAD, "size", 1))                                               \
    X(set_bool, ui_set_bool(ev, BAD, "visible", true))                                             \
    X(set, ui_set(ev, BAD, ui_props(.visible = false)))                                            \
    X(unset, ui_unset(ev, BAD, "value"))                                                           \
    X(unset_of, ui_unset(ev, "here", BAD))                                                         \
    X(get_text, ui_get_text(ev, BAD, "value", (char[8]){0}, 8))                                    \
    X(on, ui_on(ev, BAD, "click", nobody))                                                         \
    X(add, ui_add(ev, ui_text(BAD)))                                                               \
    X(add_to, ui_add_to(ev, BAD, ui_text("x")))                                                    \
    X(insert, ui_insert(ev, BAD, 0, ui_text("x")))                                                 \
    X(replace, ui_replace(ev, BAD, ui_text("x")))                                                  \
    X(remove, ui_remove(ev, BAD))                                                                  \
    X(clear, ui_clear(ev, BAD))                                                                    \
    X(move, ui_move(ev, BAD, 0))                                                                   \
    X(put, ui_put(ev, BAD, "content", ui_text("x")))                                               \
    X(set_children, ui_set_children(ev, BAD, UI_LIST(ui_text("x"))))                               \
    X(set_list, ui_set_list(ev, BAD, "controls", UI_LIST(ui_text("x"))))                           \
    X(subscribe, tr_subscribe(ev, BAD, nobody))                                                    \
    X(publish, tr_publish(ev, BAD, NULL, 0))                                                       \
    X(presence_join, tr_presence_join(ev, BAD, NULL, 0))                                           \
    X(presence_leave, tr_presence_leave(ev, BAD))                                                  \
    X(presence_watch, tr_presence_watch(ev, BAD, nobody))                                          \
    X(push_route, tr_push_route(ev, BAD))                                                          \
    X(route_param, tr_route_param(ev, BAD, (char[8]){0}, 8))                                       \
    X(route_query, tr_route_query(ev, BAD, (char[8]){0}, 8))                                       \
    X(focus, ui_focus(ev, BAD))                                                                    \
    X(update_control, tr_update_control(ev, BAD))                                                  \
    X(load, ui_load(ev, BAD, nobody))                                                              \
    X(rows_inserted, tr_rows_inserted(ev, BAD, 0, 1))

#define ENUM(name, call) CALL_##name,
enum { CALLS(ENUM) COUNT };

static atomic_int results[2][COUNT]; // 1: not made yet
static atomic_bool is_said[2][COUNT];
static atomic_uint made;

#define HANDLERS(name, call)                                                                       \
    TR_ASYNC(async_##name)                                                                         \
    {                                                                                              \
        atomic_store(&results[0][CALL_##name], (call));                                            \
        atomic_fetch_add(&made, 1);                                                                \
    }                                                                                              \
    TR_SYNC(sync_##name)                                                                           \
    {                                                                                              \
        atomic_store(&results[1][CALL_##name], (call));                                            \
        atomic_fetch_add(&made, 1);                                                                \
    }
CALLS(HANDLERS)

#define NAME(name, call) #name,
static const char *const names[] = {CALLS(NAME)};
#define ASYNC(name, call) async_##name,
static const tr_handler *const async_handlers[] = {CALLS(ASYNC)};
#define SYNC(name, call) sync_##name,
static const tr_handler *const sync_handlers[] = {CALLS(SYNC)};

static void hear(const char *line, size_t size)
{
    (void)size;
    for (unsigned i = 0; i < 2 * COUNT; i++) {
        char handler[64];
        snprintf(handler, sizeof handler, " handler=%ssync_%s at=", i < COUNT ? "a" : "",
                 names[i % COUNT]);
        if (strstr(line, handler) != NULL && strstr(line, "_misuse") != NULL &&
            strstr(line, " text=") != NULL)
            atomic_store(&is_said[i / COUNT][i % COUNT], true);
    }
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    for (unsigned i = 0; i < COUNT; i++) {
        (void)tr_run_task(page, async_handlers[i]);
        (void)tr_run_thread(page, sync_handlers[i]);
    }
}

START_TEST(each_misuse_has_its_line)
{
    tr_log_listen(hear);
    lab *self = tr_lab_start(&(tr_app){.build = build}, 60000);
    tr_lab_open(self, 0, NULL, true);
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (atomic_load(&made) < 2 * COUNT && tr_clock_ms() < deadline)
        (void)tr_lab_look(self, 0);
    ck_assert_uint_eq(atomic_load(&made), 2 * COUNT);
    tr_lab_stop(&self);
    tr_log_listen(NULL);
    unsigned silent = 0;
    for (unsigned i = 0; i < 2 * COUNT; i++) {
        int result = atomic_load(&results[i / COUNT][i % COUNT]);
        // A part of a route that is not there is no mistake.
        bool is_misuse = result < 0 && result != TR_ENOTFOUND;
        if (is_misuse && !atomic_load(&is_said[i / COUNT][i % COUNT])) {
            fprintf(stderr, "%s %s: %s, and no line\n", i < COUNT ? "async" : "sync",
                    names[i % COUNT], tr_err_name(result));
            silent++;
        }
    }
    ck_assert_uint_eq(silent, 0);
}
END_TEST

Suite *sdk_misuse_lines_suite(void)
{
    Suite *suite = suite_create("sdk/api/misuse_lines");
    TCase *tests = tcase_create("mistakes");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, each_misuse_has_its_line);
    suite_add_tcase(suite, tests);
    return suite;
}
