// The function of troupe/pages/loading.h.

#include "troupe/pages/loading.h"

#include <string.h>

#include "base/number.h"
#include "sdk/api/bound.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/handler_table.h"
#include "troupe/controls/controls.h"
#include "troupe/err.h"
#include "troupe/pages/page.h"
#include "troupe/pages/task.h"

typedef struct loading {
    char key[UI_LOAD_KEY_CAP_BYTES];
    char handler[UI_LOAD_KEY_CAP_BYTES];
} loading;

static const char *below(const loading *self, const char *what)
{
    return ui_format("%s.%s", self->key, what);
}

static void show_ring(tr_event *ev, const loading *self)
{
    ui_control *ring = ui_progress_ring(.width = 24, .height = 24, .semantics_label = "Loading");
    (void)ui_set_children(ev, self->key, UI_LIST(ui_row(.key = below(self, "loading"), UI(ring))));
}

TR_DECLARE(ui_load_run);

static void show_failure(tr_event *ev, const loading *self)
{
    ui_control *button =
        ui_outlined_button("Try again", .key = below(self, "retry"), .icon = "refresh",
                           .on_click = UI_CALL(ui_load_run, self));
    (void)ui_set_children(
        ev, self->key,
        UI_LIST(ui_column(.key = below(self, "failed"), .spacing = 12,
                          UI(ui_text("This could not be loaded.", .color = "error"), button))));
}

// False: it failed, or could not begin.
static bool run(tr_event *ev, const loading *self)
{
    const tr_handler *handler = tr_handler_find(tr_slice_of(self->handler));
    if (handler == NULL)
        tr_fail(ev, "%s is no handler of this app", self->handler);
    return handler != NULL && tr_bound_run(ev, &(tr_task_options){.handler = handler});
}

TR_ASYNC(ui_load_run)
{
    const loading *given = TR_PAYLOAD(ev, loading);
    if (given == NULL)
        return;
    loading self = *given;
    ev->shows_failures = true;
    show_ring(ev, &self);
    if (!run(ev, &self))
        show_failure(ev, &self);
    else if (tr_bound_control(ev, below(&self, "loading")) != NULL)
        (void)ui_remove(ev, below(&self, "loading"));
}

int(ui_load)(tr_page *page, const char *key, const tr_handler *handler)
{
    loading self = {.key = ""};
    TR_GIVEN(page != NULL && key != NULL && handler != NULL);
    if (handler->kind == TR_HANDLER_WITH_PAYLOAD)
        return tr_misuse_refuse(TR_EINVALID, "UI_CALL: what is loaded has no payload");
    if (strlen(key) >= sizeof self.key || strlen(handler->name) >= sizeof self.handler)
        return tr_misuse_refuse(TR_ETOOBIG, "the key or the handler's name is too long");
    tr_format(self.key, sizeof self.key, "%s", key);
    tr_format(self.handler, sizeof self.handler, "%s", handler->name);
    return tr_start(page, UI_CALL(ui_load_run, &self));
}
