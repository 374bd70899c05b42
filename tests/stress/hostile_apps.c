#include "hostile_apps.h"

#include <string.h>

#include "troupe/troupe.h"

// -- counter --

struct hostile_count {
    int number;
};
TR_LAYOUT(struct hostile_count, number);

static void add_one(tr_event *ev)
{
    struct hostile_count *count = tr_state(ev);
    if (count == NULL)
        return;
    ui_set_textf(ev, "number", "%d", ++count->number);
}

TR_ASYNC(hostile_add)
{
    add_one(ev);
}

TR_SYNC(hostile_add_blocking)
{
    add_one(ev);
    tr_state_release(ev);
    char text[32];
    (void)ui_get_text(ev, "number", "value", text, sizeof text);
    add_one(ev);
}

// Waits for the state while others have it.
TR_ASYNC(hostile_add_slowly)
{
    for (int i = 0; i < 3 && tr_sleep(ev, 2) == 0; i++)
        add_one(ev);
}

TR_SYNC(hostile_hold)
{
    if (tr_state(ev) != NULL)
        (void)tr_sleep(ev, 5);
}

TR_ASYNC(hostile_wait_for_task)
{
    int64_t one = tr_run_task(ev, hostile_add_slowly);
    int64_t two = tr_run_thread(ev, hostile_hold);
    if (one > 0)
        (void)tr_task_wait(ev, one, 20);
    if (two > 0)
        (void)tr_task_cancel(ev, two);
}

struct hostile_clock {
    const char *key;
    int beats;
};
TR_LAYOUT(struct hostile_clock, key, beats);

TR_ASYNC(hostile_beat)
{
    struct hostile_clock *clock = tr_component_state(ev);
    if (clock != NULL)
        clock->beats++;
}

static ui_control *build_clock(tr_event *ev)
{
    const struct hostile_clock *clock = tr_component_state(ev);
    return ui_text(ui_format("%d", clock != NULL ? clock->beats : 0));
}

static void mount_clock(tr_event *ev)
{
    (void)tr_every(ev, 10, hostile_beat);
    (void)tr_run_task(ev, hostile_add_slowly);
}

TR_COMPONENT(hostile_clock, struct hostile_clock, .rebuilds = true, .build = build_clock,
             .did_mount = mount_clock);

TR_ASYNC(hostile_clock_toggle)
{
    if (ui_remove(ev, "clock") < 0)
        ui_add(ev, TR_CONTROL(hostile_clock, struct hostile_clock, .key = "clock"));
}

static ui_control *button(const char *label, const tr_handler *on_click)
{
    return ui_button(label, .key = ui_format("%s", label), .on_click = on_click);
}

static void build_counter(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "number"));
    ui_add(page, button("add", hostile_add));
    ui_add(page, button("block", hostile_add_blocking));
    ui_add(page, button("slow", hostile_add_slowly));
    ui_add(page, button("hold", hostile_hold));
    ui_add(page, button("task", hostile_wait_for_task));
    ui_add(page, button("toggle", hostile_clock_toggle));
}

const tr_app hostile_counter = {
    .name = "counter", .build = build_counter, TR_STATE(struct hostile_count)};

// -- todo --

static ui_control *row_of(unsigned number);

TR_ASYNC(hostile_tick)
{
    const unsigned *number = TR_PAYLOAD(ev, unsigned);
    if (number != NULL)
        (void)ui_remove(ev, ui_format("row-%u", *number));
}

TR_ASYNC(hostile_new)
{
    static _Thread_local unsigned last;
    ui_add_to(ev, "rows", row_of(++last % 32));
}

TR_ASYNC(hostile_delete)
{
    if (tr_confirm(ev, "Delete all?", .text = "They are gone then."))
        (void)ui_set_children(ev, "rows", UI_LIST(row_of(1), row_of(2)));
}

TR_SYNC(hostile_delete_blocking)
{
    if (tr_confirm(ev, "Delete all?"))
        (void)ui_clear(ev, "rows");
}

TR_ASYNC(hostile_push)
{
    if (tr_push_route(ev, "/detail") == 0 && tr_sleep(ev, 1) == 0)
        (void)tr_go_back(ev);
}

TR_ASYNC(hostile_typed)
{
    char text[64];
    (void)ui_get_text(ev, "field", "value", text, sizeof text);
    (void)tr_snack(ev, "%s", text);
}

static ui_control *row_of(unsigned number)
{
    return ui_checkbox(.key = ui_format("row-%u", number), .label = "to do",
                       .on_change = UI_CALL(hostile_tick, &number));
}

static void build_todo(tr_page *page)
{
    ui_add(page, ui_text_field(.key = "field", .on_change = hostile_typed));
    ui_add(page, button("new", hostile_new));
    ui_add(page, button("delete", hostile_delete));
    ui_add(page, button("delete blocking", hostile_delete_blocking));
    ui_add(page, button("push", hostile_push));
    ui_add(page, ui_column(UI(row_of(1), row_of(2)), .key = "rows"));
}

const tr_app hostile_todo = {.name = "todo", .build = build_todo};

// -- chat --

static void count_one(void *arg, const char *who, const void *meta, size_t size)
{
    (void)who;
    (void)meta;
    (void)size;
    ++*(int *)arg;
}

TR_ASYNC(hostile_heard)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    ui_set_textf(ev, "said", "%.*s", (int)(size < 40 ? size : 40), text != NULL ? text : "");
}

TR_ASYNC(hostile_someone)
{
    int count = 0;
    (void)tr_presence_list(ev, "room", count_one, &count);
    if (tr_sleep(ev, 1) == 0)
        ui_set_textf(ev, "crowd", "%d", count);
}

TR_SYNC(hostile_someone_blocking)
{
    int count = 0;
    (void)tr_presence_list(ev, "room", count_one, &count);
    ui_set_textf(ev, "crowd", "%d", count);
}

TR_ASYNC(hostile_enter)
{
    (void)tr_presence_watch(ev, "room", hostile_someone);
    (void)tr_presence_join(ev, "room", "me", 2);
}

TR_ASYNC(hostile_leave)
{
    (void)tr_presence_watch(ev, "room", hostile_someone_blocking);
    (void)tr_presence_leave(ev, "room");
    (void)tr_subscribe(ev, "talk", NULL);
}

TR_ASYNC(hostile_say)
{
    (void)tr_publish(ev, "talk", "hello", 5);
}

TR_SYNC(hostile_say_blocking)
{
    (void)tr_publish_others(ev, "talk", "good day", 8);
}

// Asks the browser.
TR_ASYNC(hostile_focus)
{
    (void)ui_focus(ev, "field");
    (void)tr_subscribe(ev, "talk", hostile_heard);
}

TR_SYNC(hostile_focus_blocking)
{
    (void)ui_focus(ev, "field");
}

static void build_chat(tr_page *page)
{
    (void)tr_subscribe(page, "talk", hostile_heard);
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_text("", .key = "crowd"));
    ui_add(page, ui_text_field(.key = "field"));
    ui_add(page, button("enter", hostile_enter));
    ui_add(page, button("leave", hostile_leave));
    ui_add(page, button("say", hostile_say));
    ui_add(page, button("say blocking", hostile_say_blocking));
    ui_add(page, button("focus", hostile_focus));
    ui_add(page, button("focus blocking", hostile_focus_blocking));
}

const tr_app hostile_chat = {.name = "chat", .build = build_chat};
