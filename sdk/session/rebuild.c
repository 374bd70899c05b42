#include "sdk/session/rebuild.h"

#include "sdk/session/component.h"
#include "sdk/session/views.h"

static void run_rebuild(tr_event *ev)
{
    ev->is_rebuild = true;
    tr_views_rebuild(ev);
    ev->session->is_rebuilding = false;
}

static const tr_handler rebuild_handler = {
    .name = "rebuild", .kind = TR_HANDLER_ASYNC, .run = run_rebuild};

// One that found no room is tried again after the next handler.
void tr_session_rebuild(tr_session *self)
{
    if (!self->sessions->app->rebuilds || !self->is_touched || self->is_rebuilding)
        return;
    self->is_touched = false;
    self->is_rebuilding = true;
    if (tr_call_start_with(
            self, &rebuild_handler,
            &(tr_call_options){.event = "rebuild", .out_number = &self->rebuild_call}) < 0) {
        self->is_touched = true;
        self->is_rebuilding = false;
    }
}

uint64_t tr_session_rebuild_for(tr_session *self, const tr_call *call)
{
    if (call == NULL || call->is_rebuild || self->actor == NULL)
        return 0;
    self->is_touched = true;
    tr_session_rebuild(self);
    if (call->instance != NULL) {
        tr_instance_touch(self, call->instance, false);
        tr_components_rebuild(self);
    }
    return self->is_rebuilding ? self->rebuild_call : 0;
}
