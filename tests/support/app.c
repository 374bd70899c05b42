#include "tests/support/app.h"
#include "tests/support/app_notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "troupe/troupe.h"

TR_LAYOUT(struct notes, count, hits, beats, clicks, asked, lingering, enough, name);

// -- counting --

TR_ASYNC(app_add)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "count", "%d", ++notes->count);
}

TR_SYNC(app_add_blocking)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "count", "%d", ++notes->count);
}

// Many short loans of the state, in turn with others that want it.
TR_SYNC(app_many_blocking)
{
    for (int i = 0; i < APP_ROUNDS; i++) {
        struct notes *notes = tr_state(ev);
        if (notes == NULL)
            return;
        notes->count++;
        tr_state_release(ev);
    }
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "count", "%d", notes->count);
}

TR_ASYNC(app_many)
{
    for (int i = 0; i < APP_ROUNDS; i++) {
        struct notes *notes = tr_state(ev);
        if (notes == NULL)
            return;
        notes->count++;
        if (tr_sleep(ev, 1) < 0)
            return;
    }
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "count", "%d", notes->count);
}

// -- where and how long --

// Shows the process of the handler, and how often it was asked.
TR_SYNC(app_who_blocking)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "who", "%d %d", (int)getpid(), ++notes->asked);
}

// The handler's argument, and its process.
TR_SYNC(app_read_payload)
{
    const int *number = TR_PAYLOAD(ev, int);
    ui_set_textf(ev, "status", "%d in %d", number != NULL ? *number : -1, (int)getpid());
}

// Keeps the state until its process ends, or whoever called it.
TR_SYNC(app_keep)
{
    struct notes *notes = tr_state(ev);
    if (notes == NULL)
        return;
    notes->count = 1000;
    ui_set_textf(ev, "status", "kept by %d", (int)getpid());
    tr_sleep(ev, 600000);
}

// Keeps it until it is late.
TR_SYNC(app_late, .timeout_ms = APP_LATE_MS)
{
    struct notes *notes = tr_state(ev);
    if (notes == NULL)
        return;
    notes->count = 1000;
    int result = tr_sleep(ev, 600000);
    // Its page heard of it already, and hears no more.
    ui_set_textf(ev, "status", "slept %d", result);
}

TR_ASYNC(app_error)
{
    ui_set_textf(ev, "codes", "error: %s", tr_event_text(ev, "?"));
}

TR_ASYNC(app_hear_errors)
{
    ui_on(ev, NULL, "error", app_error);
    ui_set_text(ev, "status", "hears errors");
}

// -- what was typed --

TR_ASYNC(app_typed)
{
    char text[64];
    ui_get_text(ev, "name", "value", text, sizeof text);
    ui_set_textf(ev, "greeting", "Hello, %s (%s)", text, tr_event_text(ev, "?"));
}

TR_SYNC(app_greet)
{
    char text[64];
    ui_get_text(ev, "name", "value", text, sizeof text);
    ui_set_textf(ev, "greeting", "Blocking hello, %s from %s", text, tr_event_key(ev));
}

// -- children --

static ui_control *row_of(const char *key)
{
    return ui_text(key, .key = ui_format("row-%s", key));
}

TR_ASYNC(app_rows)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL && notes->clicks++ % 2 == 0)
        ui_set_children(ev, "rows", UI_LIST(row_of("a"), row_of("b"), row_of("c")));
    else
        ui_set_children(ev, "rows", UI_LIST(row_of("c"), NULL, row_of("d"), row_of("a")));
}

static ui_control *cells(const char *key, const char *text)
{
    return ui_data_row(.key = key,
                       .cells = UI_LIST(ui_data_cell(.content_control = ui_text(text))));
}

TR_ASYNC(app_table)
{
    ui_set_list(ev, "table", "rows", UI_LIST(cells("t1", "one"), cells("t2", "two")));
}

TR_SYNC(app_table_blocking)
{
    ui_set_list(ev, "table", "rows", UI_LIST(cells("t2", "two"), cells("t3", "three")));
}

TR_ASYNC(app_hit)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "hits", "%d hits", ++notes->hits);
}

TR_ASYNC(app_remove_target)
{
    ui_remove(ev, "target");
    ui_set_bool(ev, "frozen", "disabled", true);
    ui_set_text(ev, "status", "removed");
}

// -- what goes on by itself --

// Does not look at what its waits return, as many a handler.
TR_ASYNC(app_tick)
{
    for (;;)
        (void)tr_sleep(ev, 600000);
}

TR_ASYNC(app_beat)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "beats", "%d beats", ++notes->beats);
}

TR_ASYNC(app_start_beat)
{
    tr_every(ev, APP_BEAT_MS, app_beat);
}

TR_SYNC(app_stop_beat)
{
    tr_every(ev, 0, app_beat);
    ui_set_text(ev, "status", "stopped");
}

TR_ASYNC(app_heard)
{
    size_t size;
    const char *payload = tr_event_payload(ev, &size);
    ui_set_textf(ev, "news", "news: %.*s", (int)size, payload != NULL ? payload : "");
}

TR_ASYNC(app_listen)
{
    tr_subscribe(ev, "news", app_heard);
    ui_set_text(ev, "status", "listening");
}

TR_SYNC(app_listen_blocking)
{
    tr_subscribe(ev, "news", app_heard);
    ui_set_text(ev, "status", "listening");
}

TR_SYNC(app_listen_no_more)
{
    tr_subscribe(ev, "news", NULL);
    ui_on(ev, "target", "click", NULL);
    ui_set_text(ev, "status", "deaf");
}

TR_ASYNC(app_tell)
{
    char text[64];
    ui_get_text(ev, "name", "value", text, sizeof text);
    tr_publish(ev, "news", text, strlen(text));
}

TR_SYNC(app_tell_others)
{
    char text[64];
    ui_get_text(ev, "name", "value", text, sizeof text);
    tr_publish_others(ev, "news", text, strlen(text));
}

// -- who is there --

static void count_one(void *arg, const char *who, const void *meta, size_t size)
{
    (void)meta;
    if (*who != '\0' && size != 0)
        ++*(int *)arg;
}

// Each that comes or goes, and how many are there then.
static void show_room(tr_event *ev)
{
    size_t size;
    const char *name = tr_event_payload(ev, &size);
    int count = 0;
    ui_set_textf(ev, "room", "%s %.*s", tr_event_name(ev), (int)size, name != NULL ? name : "");
    if (tr_presence_list(ev, "room", count_one, &count) == count)
        ui_set_textf(ev, "crowd", "%d here", count);
}

TR_ASYNC(app_someone)
{
    show_room(ev);
}

TR_SYNC(app_someone_blocking)
{
    show_room(ev);
}

TR_ASYNC(app_watch_room)
{
    tr_presence_watch(ev, "room", app_someone);
    ui_set_text(ev, "status", "watching");
}

TR_SYNC(app_watch_room_blocking)
{
    tr_presence_watch(ev, "room", app_someone_blocking);
    ui_set_text(ev, "status", "watching");
}

TR_ASYNC(app_enter)
{
    char text[64];
    ui_get_text(ev, "name", "value", text, sizeof text);
    tr_presence_join(ev, "room", text, strlen(text));
}

TR_SYNC(app_leave)
{
    int first = tr_presence_leave(ev, "room");
    ui_set_textf(ev, "codes", "%d %d", first, tr_presence_leave(ev, "room"));
}

// A handler started by a handler: each has what it built for itself, also over waits.
TR_ASYNC(app_inner)
{
    ui_control *kept = ui_text("inner");
    ui_control *forgotten = ui_text("forgotten by inner");
    (void)forgotten;
    if (tr_sleep(ev, 10) == 0)
        ui_add(ev, kept);
}

TR_ASYNC(app_outer)
{
    ui_control *kept = ui_text("outer");
    (void)tr_run_task(ev, app_inner);
    ui_control *forgotten = ui_text("forgotten by outer");
    (void)forgotten;
    ui_add(ev, kept);
}

// -- mistakes --

TR_ASYNC(app_mistakes)
{
    int unknown_key = ui_set_text(ev, "nobody", "x");
    int unknown_property = ui_set_number(ev, "count", "colour_of_the_sea", 1);
    int wrong_type = ui_set_string(ev, "count", "size", "large");
    int no_parent = ui_add_to(ev, "nobody", ui_text("lost"));
    int far = ui_insert(ev, "rows", 1000, ui_text("far"));
    ui_set_textf(ev, "codes", "%d %d %d %d %d", unknown_key, unknown_property, wrong_type,
                 no_parent, far);
}

TR_SYNC(app_mistakes_blocking)
{
    int unknown_key = ui_set_text(ev, "nobody", "x");
    int unknown_property = ui_set_number(ev, "count", "colour_of_the_sea", 1);
    int wrong_type = ui_set_string(ev, "count", "size", "large");
    int no_parent = ui_add_to(ev, "nobody", ui_text("lost"));
    int far = ui_insert(ev, "rows", 1000, ui_text("far"));
    ui_set_textf(ev, "codes", "%d %d %d %d %d", unknown_key, unknown_property, wrong_type,
                 no_parent, far);
}

// -- much at once --

// 64 KiB of a letter that changes with every beat.
TR_ASYNC(app_big_beat)
{
    struct notes *notes = tr_state(ev);
    char *text = malloc(65536 + 1);
    if (text == NULL || notes == NULL) {
        free(text);
        return;
    }
    memset(text, 'a' + ++notes->beats % 26, 65536);
    text[65536] = '\0';
    ui_set_text(ev, "big", text);
    ui_set_textf(ev, "beats", "%d beats", notes->beats);
    free(text);
}

TR_ASYNC(app_start_big)
{
    tr_every(ev, 1, app_big_beat);
}

TR_ASYNC(app_stop_big)
{
    tr_every(ev, 0, app_big_beat);
    ui_set_text(ev, "status", "quiet");
}

// Which process has this session.
TR_ASYNC(app_who)
{
    ui_set_textf(ev, "who", "%d", (int)getpid());
}

TR_ASYNC(app_connected)
{
    ui_add(ev, ui_text("welcome back"));
}

static ui_control *button(const char *label, const tr_handler *on_click)
{
    return ui_button(label, .key = ui_format("%s", label), .on_click = on_click);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count", .semantics_label = "count"));
    // A page that is updated while it is built is none the worse for it.
    tr_update(page);
    ui_add(page, ui_text("", .key = "status", .semantics_label = "status"));
    ui_add(page, ui_text("", .key = "codes", .semantics_label = "codes"));
    ui_add(page, ui_text("0 hits", .key = "hits", .semantics_label = "hits"));
    ui_add(page, ui_text("", .key = "news", .semantics_label = "news"));
    ui_add(page, ui_text("", .key = "room"));
    ui_add(page, ui_text("", .key = "crowd"));
    ui_add(page, ui_text("0 beats", .key = "beats", .semantics_label = "beats"));
    ui_add(page, ui_text("", .key = "big", .semantics_label = "big"));
    ui_add(page, ui_text("", .key = "who", .semantics_label = "who"));
    ui_add(page, ui_text_field("", .key = "name", .label = "name", .on_change = app_typed));
    ui_add(page, ui_text("", .key = "greeting", .semantics_label = "greeting"));
    ui_add(page, ui_row(UI(button("add", app_add), button("add blocking", app_add_blocking),
                           button("many", app_many), button("many blocking", app_many_blocking),
                           button("greet", app_greet), button("grow", app_rows),
                           button("table", app_table), button("table blocking", app_table_blocking),
                           button("target", app_hit), button("frozen", app_hit),
                           button("remove target", app_remove_target))));
    ui_add(page, app_waiting_row());
    ui_add(page,
           ui_row(UI(button("beat", app_start_beat), button("tick", app_tick),
                     button("no beat", app_stop_beat), button("listen", app_listen),
                     button("listen blocking", app_listen_blocking),
                     button("listen no more", app_listen_no_more), button("tell", app_tell),
                     button("tell others", app_tell_others), button("watch room", app_watch_room),
                     button("watch room blocking", app_watch_room_blocking),
                     button("enter", app_enter), button("leave", app_leave),
                     button("outer", app_outer), button("mistakes", app_mistakes),
                     button("mistakes blocking", app_mistakes_blocking),
                     button("start big", app_start_big), button("stop big", app_stop_big),
                     button("ask who", app_who), button("ask who blocking", app_who_blocking),
                     button("keep", app_keep),
                     button("payload blocking", UI_CALL(app_read_payload, &(int){4711})),
                     button("late", app_late), button("hear errors", app_hear_errors))));
    ui_add(page, ui_column(.key = "rows"));
    ui_add(page, ui_data_table(.key = "table", .columns = UI_LIST(ui_data_column("things"))));
    ui_on(page, NULL, "connect", app_connected);
}

// On standard output, behind the line that says where the process listens.
static void app_end(tr_event *ev)
{
    (void)ev;
    puts("a session has ended");
    fflush(stdout);
}

const tr_app test_app = {.on_end = app_end,

                         .name = "Test app",
                         .build = build,
                         .failures = TR_FAILURES_PAGE,
                         TR_STATE(struct notes)};
