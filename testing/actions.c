// The actions of a user of the page: the packets that a browser sends for them, and no more than a
// user could.

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/number.h"
#include "sdk/tree/tree.h"
#include "testing/driver.h"
#include "testing/json.h"
#include "wire/flet.h"
#include "wire/writer.h"

static void send_packet(tr_test_page *self, tr_buf *packet)
{
    tr_must(tr_lab_packet(self->program->lab, self->n, packet->data, packet->size) == 0);
    tr_buf_done(packet);
}

static uint32_t id_of(const cm_value *control)
{
    return (uint32_t)tr_cm_integer(tr_cm_get(control, "_i"));
}

typedef struct change {
    uint32_t target;
    tr_slice props;
} change;

static void change_own(lab_connection *connection, void *arg)
{
    const change *self = arg;
    (void)tr_cm_update(&connection->page, self->target, self->props.data, self->props.size);
}

void tr_test_change(tr_test_page *self, uint32_t target, tr_slice props)
{
    tr_buf packet = {0};
    change own = {target, props};
    tr_lab_touch(self->program->lab, self->n, change_own, &own);
    tr_flet_write_client_update(&packet, target, props);
    send_packet(self, &packet);
}

static void set_value(tr_test_page *self, uint32_t target, tr_slice value)
{
    tr_buf props = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "value");
    tr_write_raw(&props, value);
    tr_test_change(self, target, tr_buf_slice(&props));
    tr_buf_done(&props);
}

static bool hears(const cm_value *control, const char *event)
{
    char name[80];
    snprintf(name, sizeof name, "on_%s", event);
    return tr_seen_is(control, name);
}

static void set_and_tell(tr_test_page *self, const cm_value *control, const char *event,
                         tr_slice value)
{
    set_value(self, id_of(control), value);
    if (hears(control, event))
        tr_test_tell(self, id_of(control), event, value);
    tr_test_settle(self);
}

void tr_test_change_value(tr_test_page *self, const cm_value *control, tr_slice value)
{
    uint32_t id = id_of(control);
    bool is_select_heard = hears(control, "select");
    bool is_change_heard = hears(control, "change");
    set_value(self, id, value);
    if (is_select_heard)
        tr_test_tell(self, id, "select", value);
    if (is_change_heard)
        tr_test_tell(self, id, "change", value);
    tr_test_settle(self);
}

static bool is_type(const cm_value *control, const char *const *wires)
{
    const char *own = tr_cm_text(tr_cm_get(control, "_c"));
    for (; *wires != NULL; wires++)
        if (strcmp(own, *wires) == 0)
            return true;
    return false;
}

static void fail_behind(tr_test_page *self, tr_test_place at, const char *what, const char *where,
                        const cm_value *blocker)
{
    tr_buf words = {0};
    char title[200];
    snprintf(title, sizeof title, "%s", tr_seen_main_text(blocker, &words));
    tr_buf_done(&words);
    tr_test_fail(self, at, "cannot %s %s: it is behind the %s \"%s\"", what, where,
                 tr_cm_text(tr_cm_get(blocker, "_c")), title);
}

const cm_value *tr_test_target(tr_test_page *self, tr_test_place at, const char *what,
                               const tr_test_query *query)
{
    tr_seen seen = {0};
    tr_buf words = {0};
    tr_test_settle(self);
    unsigned count = tr_seen_find(self->seen, query, query->nth != 0 ? query->nth : 1, &seen);
    tr_seen_print_query(query, &words);
    char where[512];
    snprintf(where, sizeof where, "%s", tr_buf_text(&words));
    tr_buf_done(&words);
    if (self->is_dropped)
        tr_test_fail(self, at, "cannot %s %s: the connection is dropped", what, where);
    if (seen.control == NULL)
        tr_test_fail(self, at, "cannot %s %s: there are %u", what, where, count);
    if (query->nth == 0 && count > 1)
        tr_test_fail(self, at, "cannot %s %s: there are %u, say which by .nth", what, where, count);
    if (seen.is_disabled)
        tr_test_fail(self, at, "cannot %s %s: it is disabled", what, where);
    const cm_value *blocker = tr_seen_blocker(self->seen);
    if (blocker != NULL && !tr_seen_contains(blocker, seen.control))
        fail_behind(self, at, what, where, blocker);
    return seen.control;
}

// What a user presses or types into has the focus from then on. What hears of that may change the page.
static const cm_value *focus_on(tr_test_page *self, tr_test_place at, const char *what,
                                const tr_test_query *query)
{
    tr_test_move_focus(self, id_of(tr_test_target(self, at, what, query)));
    return tr_test_target(self, at, what, query);
}

static void toggle(tr_test_page *self, const cm_value *control)
{
    tr_buf value = {0};
    tr_write_boolean(&value, !tr_seen_is(control, "value"));
    set_and_tell(self, control, "change", tr_buf_slice(&value));
    tr_buf_done(&value);
}

void tr_test_click_at(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    static const char *const two_states[] = {"Checkbox", "Switch", "CupertinoCheckbox",
                                             "CupertinoSwitch", NULL};
    static const char *const radios[] = {"Radio", "CupertinoRadio", NULL};
    const cm_value *control = focus_on(page, at, "click", query);
    if (is_type(control, two_states)) {
        toggle(page, control);
        return;
    }
    if (is_type(control, radios)) {
        const cm_value *group = tr_seen_around(page->seen, control, "RadioGroup");
        const cm_value *value = tr_cm_get(control, "value");
        if (group == NULL || value == NULL)
            tr_test_fail(page, at, "cannot click a radio button without group or value");
        set_and_tell(page, group, "change", (tr_slice){value->bytes, value->count});
        return;
    }
    if (!hears(control, "click"))
        tr_test_fail(page, at, "cannot click %s: it has no on_click",
                     tr_cm_text(tr_cm_get(control, "_c")));
    tr_test_tell(page, id_of(control), "click", (tr_slice){0});
    tr_test_settle(page);
}

void tr_test_type_at(tr_test_page *page, tr_test_place at, const char *text,
                     const tr_test_query *query)
{
    static const char *const fields[] = {"TextField", "CupertinoTextField", "SearchBar",
                                         "AutoComplete", NULL};
    const cm_value *control = focus_on(page, at, "type into", query);
    if (!is_type(control, fields))
        tr_test_fail(page, at, "cannot type into a %s", tr_cm_text(tr_cm_get(control, "_c")));
    if (tr_seen_is(control, "read_only"))
        tr_test_fail(page, at, "cannot type: the field is read_only");
    tr_buf value = {0};
    tr_write_text(&value, tr_slice_of(text));
    set_and_tell(page, control, "change", tr_buf_slice(&value));
    tr_buf_done(&value);
}

void tr_test_submit_at(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    const cm_value *control = tr_test_target(page, at, "submit", query);
    if (!hears(control, "submit"))
        tr_test_fail(page, at, "cannot submit %s: it has no on_submit",
                     tr_cm_text(tr_cm_get(control, "_c")));
    const cm_value *value = tr_cm_get(control, "value");
    tr_buf empty = {0};
    tr_write_text(&empty, tr_slice_of(""));
    tr_test_tell(page, id_of(control), "submit",
                 value != NULL ? (tr_slice){value->bytes, value->count} : tr_buf_slice(&empty));
    tr_buf_done(&empty);
    tr_test_settle(page);
}

static bool has_option(const cm_value *options, const char *wanted)
{
    tr_buf scratch = {0};
    bool found = false;
    for (uint32_t i = 0;
         !found && options != NULL && options->kind == CM_LIST && i < options->count; i++) {
        const char *key = tr_seen_text(tr_cm_get(options->items[i], "key"), &scratch);
        if (key == NULL)
            key = tr_seen_text(tr_cm_get(options->items[i], "text"), &scratch);
        found = key != NULL && strcmp(key, wanted) == 0;
    }
    tr_buf_done(&scratch);
    return found;
}

static bool is_in_range(const cm_value *slider, double value)
{
    double least = tr_seen_number(tr_cm_get(slider, "min"), 0);
    double most = tr_seen_number(tr_cm_get(slider, "max"), 1);
    return value >= least && value <= most;
}

void tr_test_choose_at(tr_test_page *page, tr_test_place at, const char *value,
                       const tr_test_query *query)
{
    static const char *const dropdowns[] = {"Dropdown", "DropdownM2", NULL};
    static const char *const sliders[] = {"Slider", "CupertinoSlider", NULL};
    static const char *const groups[] = {"RadioGroup", NULL};
    const cm_value *control = tr_test_target(page, at, "choose in", query);
    tr_buf encoded = {0};
    if (is_type(control, sliders) && !is_in_range(control, tr_number_parse(value, NULL)))
        tr_test_fail(page, at, "cannot choose %s: the slider does not go there", value);
    if (is_type(control, sliders))
        tr_write_float(&encoded, tr_number_parse(value, NULL));
    else
        tr_write_text(&encoded, tr_slice_of(value));
    if (is_type(control, dropdowns)) {
        if (!has_option(tr_cm_get(control, "options"), value)) {
            tr_buf_done(&encoded);
            tr_test_fail(page, at, "cannot choose \"%s\": there is no such option", value);
        }
        set_value(page, id_of(control), tr_buf_slice(&encoded));
        if (hears(control, "select"))
            tr_test_tell(page, id_of(control), "select", tr_buf_slice(&encoded));
    } else if (!is_type(control, sliders) && !is_type(control, groups)) {
        tr_buf_done(&encoded);
        tr_test_fail(page, at, "cannot choose in a %s", tr_cm_text(tr_cm_get(control, "_c")));
    }
    if (!is_type(control, dropdowns))
        set_value(page, id_of(control), tr_buf_slice(&encoded));
    if (hears(control, "change"))
        tr_test_tell(page, id_of(control), "change", tr_buf_slice(&encoded));
    tr_buf_done(&encoded);
    tr_test_settle(page);
}

void tr_test_scroll_to_row_at(tr_test_page *page, tr_test_place at, uint32_t row,
                              const tr_test_query *query)
{
    enum { ABOVE = 10, IN_ALL = 40 };
    const cm_value *control = tr_test_target(page, at, "scroll", query);
    const cm_value *count = tr_cm_get(control, "row_count");
    if (count == NULL || !hears(control, "rows"))
        tr_test_fail(page, at, "cannot scroll to a row: it is no list with row_count and on_rows");
    if (row >= tr_cm_integer(count))
        tr_test_fail(page, at, "cannot scroll to row %u: there are %lld", row,
                     (long long)tr_cm_integer(count));
    tr_buf data = {0};
    tr_write_map(&data, 2);
    tr_write_literal(&data, "first");
    tr_write_integer(&data, row > ABOVE ? row - ABOVE : 0);
    tr_write_literal(&data, "count");
    tr_write_integer(&data, IN_ALL);
    tr_test_tell(page, id_of(control), "rows", tr_buf_slice(&data));
    tr_buf_done(&data);
    tr_test_settle(page);
}

static void send_json(tr_test_page *page, tr_test_place at, uint32_t target, const char *event,
                      const char *json)
{
    tr_buf data = {0};
    if (json != NULL && tr_json_write(json, &data) < 0) {
        tr_buf_done(&data);
        tr_test_fail(page, at, "not JSON: %s", json);
    }
    tr_test_tell(page, target, event, tr_buf_slice(&data));
    tr_buf_done(&data);
    tr_test_settle(page);
}

void tr_test_send_at(tr_test_page *page, tr_test_place at, const char *event, const char *json,
                     const tr_test_query *query)
{
    const cm_value *control = tr_test_target(page, at, "send an event of", query);
    if (!hears(control, event))
        tr_test_fail(page, at, "cannot send %s: %s has no on_%s", event,
                     tr_cm_text(tr_cm_get(control, "_c")), event);
    send_json(page, at, id_of(control), event, json);
}

// Where a drag begins and ends is of no account here.
static void write_drop(tr_buf *out, uint32_t dragged)
{
    tr_write_map(out, 3);
    tr_write_literal(out, "src_id");
    tr_write_integer(out, dragged);
    for (unsigned i = 0; i < 2; i++) {
        tr_write_literal(out, i == 0 ? "l" : "g");
        tr_write_map(out, 2);
        tr_write_literal(out, "x");
        tr_write_float(out, 0);
        tr_write_literal(out, "y");
        tr_write_float(out, 0);
    }
}

typedef struct drag {
    uint32_t id;
    bool starts; // its start is heard
    char group[128];
} drag;

static const char *group_of(const cm_value *control)
{
    const cm_value *group = tr_cm_get(control, "group");
    return group != NULL ? tr_cm_text(group) : "default";
}

// The control itself, or the nearest one around it, of that wire name.
static const cm_value *itself_or_around(const tr_test_page *page, const cm_value *control,
                                        const char *wire)
{
    const char *const wires[] = {wire, NULL};
    return is_type(control, wires) ? control : tr_seen_around(page->seen, control, wire);
}

void tr_test_drag_at(tr_test_page *page, tr_test_place at, const char *onto,
                     const tr_test_query *query)
{
    const cm_value *source =
        itself_or_around(page, tr_test_target(page, at, "drag", query), "Draggable");
    if (source == NULL)
        tr_test_fail(page, at, "cannot drag: it is in no draggable");
    drag dragged = {.id = id_of(source), .starts = hears(source, "drag_start")};
    snprintf(dragged.group, sizeof dragged.group, "%s", group_of(source));
    const tr_test_query goal = {.key = onto}; // what was found before is gone after this
    const cm_value *target =
        itself_or_around(page, tr_test_target(page, at, "drop onto", &goal), "DragTarget");
    if (target == NULL || !hears(target, "accept"))
        tr_test_fail(page, at, "cannot drop: #%s is in no drag target with on_accept", onto);
    if (strcmp(dragged.group, group_of(target)) != 0)
        tr_test_fail(page, at, "cannot drop: a %s onto a place for %s", dragged.group,
                     group_of(target));
    if (dragged.starts)
        tr_test_tell(page, dragged.id, "drag_start", (tr_slice){0});
    tr_buf data = {0};
    write_drop(&data, dragged.id);
    tr_test_tell(page, id_of(target), "accept", tr_buf_slice(&data));
    tr_buf_done(&data);
    tr_test_settle(page);
}

void tr_test_send_page_at(tr_test_page *page, tr_test_place at, const char *event, const char *json)
{
    tr_test_settle(page);
    if (page->is_dropped)
        tr_test_fail(page, at, "cannot send %s: the connection is dropped", event);
    send_json(page, at, TR_ID_PAGE, event, json);
}

void tr_test_go_at(tr_test_page *page, tr_test_place at, const char *route)
{
    tr_test_settle(page);
    if (page->is_dropped)
        tr_test_fail(page, at, "cannot go to %s: the connection is dropped", route);
    page->route.size = 0;
    tr_buf_printf(&page->route, "%s", route);
    tr_buf data = {0};
    tr_write_map(&data, 1);
    tr_write_literal(&data, "route");
    tr_write_text(&data, tr_slice_of(route));
    tr_buf packet = {0};
    tr_flet_write_client_update(&packet, TR_ID_PAGE, tr_buf_slice(&data));
    send_packet(page, &packet);
    tr_test_tell(page, TR_ID_PAGE, "route_change", tr_buf_slice(&data));
    tr_buf_done(&data);
    tr_test_settle(page);
}

void tr_test_press_at(tr_test_page *page, tr_test_place at, const char *key)
{
    static const char *const modifiers[] = {"Shift", "Ctrl", "Alt", "Meta"};
    static const char *const names[] = {"shift", "ctrl", "alt", "meta"};
    bool is_down[4] = {false};
    const char *plus;
    tr_test_settle(page);
    if (page->is_dropped || page->seen == NULL || !hears(page->seen, "keyboard_event"))
        tr_test_fail(page, at, "cannot press %s: the page hears no keyboard_event", key);
    while ((plus = strchr(key, '+')) != NULL && plus[1] != '\0') {
        unsigned i = 0;
        while (i < 4 && tr_compare_caseless_n(key, modifiers[i], (size_t)(plus - key)) != 0)
            i++;
        if (i == 4)
            tr_test_fail(page, at, "no such modifier: %s", key);
        is_down[i] = true;
        key = plus + 1;
    }
    tr_buf data = {0};
    tr_write_map(&data, 5);
    tr_write_literal(&data, "key");
    tr_write_text(&data, tr_slice_of(key));
    for (unsigned i = 0; i < 4; i++) {
        tr_write_literal(&data, names[i]);
        tr_write_boolean(&data, is_down[i]);
    }
    tr_test_tell(page, TR_ID_PAGE, "keyboard_event", tr_buf_slice(&data));
    tr_buf_done(&data);
    tr_test_settle(page);
}

// -- the focus --

void tr_test_focus_at(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    const cm_value *control = tr_test_target(page, at, "focus", query);
    tr_test_move_focus(page, id_of(control));
    tr_test_settle(page);
}

void tr_test_blur(tr_test_page *page)
{
    tr_test_settle(page);
    if (!page->is_dropped)
        tr_test_move_focus(page, 0);
    tr_test_settle(page);
}

typedef struct holder {
    const tr_test_page *page;
    tr_buf *key;
    bool is_there;
} holder;

static void find_holder(lab_connection *connection, void *arg)
{
    holder *self = arg;
    const cm_value *control =
        self->page->focused != 0 ? tr_cm_find(&connection->page, self->page->focused) : NULL;
    self->is_there = control != NULL;
    self->key->size = 0;
    if (control != NULL)
        (void)tr_seen_text(tr_cm_get(control, "key"), self->key);
}

const char *tr_test_focused(tr_test_page *page)
{
    holder found = {.page = page, .key = &page->text};
    tr_test_settle(page);
    tr_lab_touch(page->program->lab, page->n, find_holder, &found);
    return found.is_there ? tr_buf_text(&page->text) : NULL;
}
