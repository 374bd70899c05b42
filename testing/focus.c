// Where the focus is: one control of a page, or none. It hears that it has it, and that it has lost it.

#include "base/must.h"
#include "sdk/tree/tree.h"
#include "testing/driver.h"
#include "wire/flet.h"

void tr_test_tell(tr_test_page *self, uint32_t target, const char *event, tr_slice data)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, target, tr_slice_of(event), data);
    tr_must(tr_lab_packet(self->program->lab, self->n, packet.data, packet.size) == 0);
    tr_buf_done(&packet);
}

typedef struct shift {
    uint32_t from;
    uint32_t to;
    bool is_blur_heard;
    bool is_focus_heard;
} shift;

static bool is_heard(const lab_connection *connection, uint32_t id, const char *event)
{
    const cm_value *control = id != 0 ? tr_cm_find(&connection->page, id) : NULL;
    return control != NULL && tr_seen_is(control, event);
}

static void look(lab_connection *connection, void *arg)
{
    shift *self = arg;
    self->is_blur_heard = is_heard(connection, self->from, "on_blur");
    self->is_focus_heard = is_heard(connection, self->to, "on_focus");
}

void tr_test_move_focus(tr_test_page *self, uint32_t to)
{
    shift moved = {.from = self->focused, .to = to};
    if (moved.from == to || self->is_replayed)
        return;
    self->focused = to;
    tr_lab_touch(self->program->lab, self->n, look, &moved);
    if (moved.is_blur_heard)
        tr_test_tell(self, moved.from, "blur", (tr_slice){0});
    if (moved.is_focus_heard)
        tr_test_tell(self, to, "focus", (tr_slice){0});
}
