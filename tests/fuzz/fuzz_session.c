// A real session on a core thread against a browser that sends anything: packets as they come, and
// events and updates aimed at what is on the page. After any input the session lives, and the page
// the browser put together from patches is the page the session has.
//
// Input: records of a head byte and what it says: 0 n ... a packet of n bytes; 1 k e: event e of
// the k-th control; 2 k p v: update of property p; 3: the browser comes again with its old page.

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/writer.h"

struct notes {
    unsigned count;
};
TR_LAYOUT(struct notes, count);

enum { FIRST_ID = 9, IDS = 64, RECORDS_CAP = 64 };

TR_ASYNC(fuzz_set)
{
    struct notes *notes = tr_state(ev);
    if (notes == NULL)
        return;
    notes->count++;
    ui_set_textf(ev, "text", "%u %s %s", notes->count, tr_event_name(ev), tr_event_text(ev, "-"));
    ui_set_number(ev, "text", "size", tr_event_number(ev, 12));
    ui_set_bool(ev, "text", "visible", tr_event_boolean(ev, 1));
}

TR_ASYNC(fuzz_rows)
{
    struct notes *notes = tr_state(ev);
    if (notes == NULL)
        return;
    ui_control *rows[9];
    unsigned count = notes->count++ % 8;
    for (unsigned i = 0; i < count; i++)
        rows[i] = ui_text(ui_format("row %u", i), .key = ui_format("r%u", i * notes->count % 11));
    rows[count] = UI_END;
    ui_set_children(ev, "rows", rows);
}

TR_ASYNC(fuzz_move)
{
    char key[64];
    ui_get_text(ev, "field", "value", key, sizeof key);
    ui_remove(ev, key);
    ui_insert(ev, "rows", 0, ui_checkbox(.key = "r1", .label = key, .on_change = fuzz_set));
    ui_replace(ev, "r2", ui_text_field("x", .key = "r3", .on_change = fuzz_rows));
}

TR_ASYNC(fuzz_clear)
{
    ui_clear(ev, "rows");
    ui_unset(ev, "text", "size");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "text"));
    ui_add(page, ui_text_field("", .key = "field", .on_change = fuzz_set, .on_submit = fuzz_move));
    ui_add(page, ui_column(.key = "rows"));
    ui_add(
        page,
        ui_row(UI(ui_button("a", .on_click = fuzz_set), ui_button("b", .on_click = fuzz_rows),
                  ui_button("c", .on_click = fuzz_move), ui_button("d", .on_click = fuzz_clear))));
    ui_on(page, NULL, "resize", fuzz_set);
    ui_on(page, NULL, "connect", fuzz_rows);
}

static const tr_app app = {.name = "Fuzz", .build = build, TR_STATE(struct notes)};
static lab *here;

static void stop(void)
{
    tr_lab_stop(&here);
}

static void start(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    here = tr_lab_start(&app, 3600000);
    atexit(stop);
}

static const char *const events[] = {"click", "change", "submit", "resize", "hover", "connect"};
static const char *const props[] = {"value", "content", "visible", "open", "route", "width", "key"};

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t next(input *self)
{
    if (self->left == 0)
        return 0;
    self->left--;
    return *self->at++;
}

static uint32_t target_of(uint8_t byte)
{
    return byte % 8 == 0 ? 1u : FIRST_ID + byte % IDS;
}

// True: it may have changed what the browser must have changed itself.
static bool record(input *in)
{
    tr_buf packet = {0};
    tr_buf value = {0};
    uint8_t what = next(in) % 4;
    bool is_update = what == 2;
    if (what == 0) {
        size_t size = next(in);
        size = size < in->left ? size : in->left;
        tr_flet_packet read;
        is_update = tr_flet_read(in->at, size, &read) == 0 && read.action == TR_FLET_UPDATE;
        (void)tr_lab_packet(here, 0, in->at, size);
        in->at += size;
        in->left -= size;
        return is_update;
    }
    if (what == 3) {
        char id[32];
        strcpy(id, tr_lab_look(here, 0)->session_id);
        tr_lab_open(here, 0, id, true);
        return false;
    }
    uint32_t target = target_of(next(in));
    uint8_t name = next(in);
    if (what == 1) {
        tr_flet_write_client_event(&packet, target,
                                   tr_slice_of(events[name % (sizeof events / sizeof *events)]),
                                   (tr_slice){0});
    } else {
        tr_write_map(&value, 1);
        tr_write_literal(&value, props[name % (sizeof props / sizeof *props)]);
        uint8_t byte = next(in);
        if (byte % 3 == 0)
            tr_write_boolean(&value, byte & 1);
        else if (byte % 3 == 1)
            tr_write_integer(&value, byte);
        else
            tr_write_text(&value, (tr_slice){&"r0r1r2r3"[byte % 4 * 2], 2});
        tr_flet_write_client_update(&packet, target,
                                    (tr_slice){(char *)value.data, (uint32_t)value.size});
    }
    (void)tr_lab_packet(here, 0, packet.data, packet.size);
    tr_buf_done(&packet);
    tr_buf_done(&value);
    return is_update;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (here == NULL)
        start();
    input in = {data, size};
    tr_buf why = {0};
    bool has_updated = false;
    tr_lab_open(here, 0, NULL, true);
    tr_must(tr_lab_look(here, 0)->is_attached);
    for (unsigned i = 0; i < RECORDS_CAP && in.left != 0; i++)
        has_updated |= record(&in);
    // The model does not change its own page when it says it did; a reload shows what came of it.
    if (has_updated) {
        char id[32];
        strcpy(id, tr_lab_look(here, 0)->session_id);
        tr_lab_open(here, 0, id, true);
    }
    if (!tr_lab_is_same(here, 0, &why))
        tr_must_failed(tr_buf_text(&why), __FILE__, __LINE__, __func__);
    tr_buf_done(&why);
    tr_lab_end_session(here, 0);
    tr_must(tr_lab_session_count(here) == 0);
    return 0;
}
