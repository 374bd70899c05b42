#include "sdk/session/component.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/layout.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/running_tasks.h"
#include "sdk/session/session_timer.h"
#include "troupe/err.h"
#include "wire/writer.h"

static void refused(const tr_session *session, const char *component, const char *reason)
{
    tr_log(TR_LOG_WARN, "event=component_refused session=%.6s component=%s reason=%s", session->id,
           component, reason);
}

// -- building --

static void show(tr_call *ev, tr_node *built)
{
    tr_session *session = ev->session;
    tr_node *control = tr_tree_find(session->tree, ev->instance->id);
    if (session->actor == NULL || !ev->instance->is_mounted || control == NULL)
        return; // new controls are the scope's
    if (built != NULL && !tr_node_is_loose(built)) {
        refused(session, ev->instance->component->name, "added_before");
        return;
    }
    // Components inside are mounted first, and before those that others brought.
    tr_hidden_news before = tr_tree_hide_news(session->tree);
    if (tr_tree_reconcile_child(session->tree, control, TR_PROP__B, built) < 0)
        refused(session, ev->instance->component->name, "build");
    tr_components_settle(session);
    tr_tree_unhide_news(session->tree, before);
}

static void build(tr_call *ev)
{
    tr_instance *self = ev->instance;
    if (self->is_given_anew) {
        self->is_given_anew = false;
        if (self->component->before_update != NULL)
            self->component->before_update(ev);
        else
            memcpy(self->state, self->given, self->component->size);
    }
    if (self->component->build != NULL)
        show(ev, self->component->build(ev));
}

static void run_mount(tr_event *ev)
{
    ev->is_rebuild = true;
    ev->instance->is_building = true;
    build(ev);
    ev->instance->is_building = false;
    ev->is_rebuild = false;
    bool is_live = ev->instance->is_mounted && !ev->session->is_painted;
    if (is_live && ev->instance->component->did_mount != NULL)
        ev->instance->component->did_mount(ev);
}

static void run_restore(tr_event *ev)
{
    if (ev->instance->is_mounted && ev->instance->component->did_mount != NULL)
        ev->instance->component->did_mount(ev);
}

static void run_build(tr_event *ev)
{
    ev->is_rebuild = true;
    build(ev);
    ev->instance->is_building = false;
}

static void run_unmount(tr_event *ev)
{
    ev->instance->component->will_unmount(ev);
    ev->instance->is_ending = false;
}

static const tr_handler mount_handler = {
    .name = "did_mount", .kind = TR_HANDLER_ASYNC, .run = run_mount};
static const tr_handler restore_handler = {
    .name = "did_mount", .kind = TR_HANDLER_ASYNC, .run = run_restore};
static const tr_handler build_handler = {
    .name = "component_build", .kind = TR_HANDLER_ASYNC, .run = run_build};
static const tr_handler unmount_handler = {
    .name = "will_unmount", .kind = TR_HANDLER_ASYNC, .run = run_unmount};

// -- coming and going --

static int start(tr_session *session, tr_instance *self, const tr_handler *handler,
                 const char *event)
{
    bool is_task = handler == &mount_handler || handler == &restore_handler;
    return tr_call_start_with(
        session, handler, &(tr_call_options){.event = event, .instance = self, .is_task = is_task});
}

static int on_added(tr_session *session, uint32_t id)
{
    const tr_node *node = tr_tree_find(session->tree, id);
    if (node == NULL)
        return 0;
    const tr_component *component;
    tr_slice given;
    tr_instance *self = tr_instance_find(session, id);
    if (self == NULL && !tr_instance_read(node, &component, &given)) {
        refused(session, "?", "unknown");
        return 0;
    }
    if (self == NULL)
        self = tr_instance_new(session, id, component, given);
    if (self == NULL) {
        refused(session, component->name, "too_many");
        return 0;
    }
    return start(session, self, &mount_handler, "mount");
}

static int on_given(tr_session *session, uint32_t id)
{
    const tr_node *node = tr_tree_find(session->tree, id);
    tr_instance *self = tr_instance_find(session, id);
    const tr_component *component;
    tr_slice given;
    if (node == NULL || self == NULL || !tr_instance_read(node, &component, &given))
        return 0;
    memcpy(self->given, given.data, given.size);
    self->is_given_anew = true;
    tr_instance_touch(session, self, true);
    tr_session_wake(session);
    return 0;
}

static int on_removed(tr_session *session, uint32_t id)
{
    tr_instance *self = tr_instance_find(session, id);
    if (self == NULL)
        return 0;
    bool has_hook = self->component->will_unmount != NULL && !session->is_painted;
    tr_tasks_end_with(session, self);
    self->is_mounted = false;
    self->is_ending = has_hook;
    int result = has_hook ? start(session, self, &unmount_handler, "unmount") : 0;
    if (result != TR_EFULL)
        tr_instance_remove(session, self);
    return result;
}

static int work_off(tr_session *session, tr_component_news news)
{
    switch (news.what) {
    case TR_COMPONENT_ADDED:
        return on_added(session, news.id);
    case TR_COMPONENT_GIVEN:
        return on_given(session, news.id);
    default:
        return on_removed(session, news.id);
    }
}

void tr_components_settle(tr_session *session)
{
    tr_component_news news;
    while (session->actor != NULL && tr_tree_take_news(session->tree, &news))
        if (work_off(session, news) == TR_EFULL) {
            tr_tree_tell(session->tree, news.id, news.what);
            tr_session_timer_start(session, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
            return;
        }
}

void tr_components_rebuild(tr_session *session)
{
    tr_components_settle(session);
    tr_instance *self;
    while ((self = tr_instance_take_touched(session)) != NULL) {
        int result = 0;
        bool is_building = self->is_building;
        if (self->is_mounted && !is_building) {
            self->is_building = true;
            result = start(session, self, &build_handler, "update");
            if (result < 0)
                self->is_building = false;
        }
        // One that is being built while it waits has its turn afterwards.
        bool again = self->is_mounted && (is_building || result == TR_EFULL);
        if (again)
            tr_instance_touch(session, self, true);
        tr_instance_unref(self);
        if (again) {
            tr_session_timer_start(session, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
            return;
        }
    }
}

static tr_instance **list_of(tr_session *session, uint32_t *out_count)
{
    tr_instances *all = session->instances;
    tr_instance **list = tr_calloc(all->by_id.count, sizeof *list);
    uint32_t at = 0;
    void *one;
    *out_count = 0;
    while (tr_map_next(&all->by_id, &at, NULL, &one))
        list[(*out_count)++] = tr_instance_ref(one);
    return list;
}

void tr_components_restore(tr_session *session)
{
    if (session->instances == NULL)
        return;
    uint32_t count;
    tr_instance **list = list_of(session, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (list[i]->component->rebuilds)
            tr_instance_touch(session, list[i], true);
        if (list[i]->is_mounted && start(session, list[i], &restore_handler, "restore") < 0)
            refused(session, list[i]->component->name, "no_room_to_restore");
        tr_instance_unref(list[i]);
    }
    tr_free(list);
}

// On the caller's stack: nothing can wait any more, and no coroutine may start.
static void unmount_now(tr_session *session, tr_instance *self)
{
    tr_call *call = tr_new(tr_call);
    tr_session_ref(session);
    call->session = session;
    call->handler = &unmount_handler;
    call->event = tr_copy_text("unmount", strlen("unmount"));
    call->is_told_gone = true; // it knows
    call->instance = tr_instance_ref(self);
    tr_scope *scope = tr_scope_swap(&call->scope);
    run_unmount(call);
    tr_scope_swap(scope);
    tr_call_free(call);
}

void tr_components_end(tr_session *session)
{
    if (session->instances == NULL)
        return;
    uint32_t count;
    tr_instance **list = list_of(session, &count);
    for (uint32_t i = 0; i < count; i++) {
        list[i]->is_mounted = false;
        list[i]->is_ending = true;
        if (list[i]->component->will_unmount != NULL && !session->is_painted)
            unmount_now(session, list[i]);
        tr_instance_unref(list[i]);
    }
    tr_free(list);
    tr_instances_free(session);
}

// -- what troupe/pages/component.h offers --

ui_control *tr_component_new(const tr_component *component, const void *given)
{
    TR_GIVEN_OR(component != NULL && given != NULL, NULL);
    unsigned char *state = tr_alloc(component->size);
    memcpy(state, given, component->size);
    const char *key;
    memcpy(&key, state + component->key_offset, sizeof key);
    memset(state + component->key_offset, 0, sizeof key);
    tr_buf data = {0};
    tr_write_array(&data, 3);
    tr_write_text(&data, tr_slice_of(component->name));
    tr_write_bytes(&data, (tr_slice){(const char *)state, (uint32_t)component->size});
    tr_write_unsigned(&data, tr_layout_number(component->layout));
    tr_node *node = tr_node_new(TR_CONTROL_COMPONENT);
    // Refusals are logged: then it is a control that shows nothing.
    (void)tr_node_set(node, TR_PROP_DATA, tr_value_raw(tr_buf_slice(&data)));
    if (key != NULL)
        (void)tr_node_set(node, TR_PROP_KEY, tr_value_text(tr_slice_of(key)));
    tr_buf_done(&data);
    tr_free(state);
    return node;
}

static tr_instance *instance_of(tr_event *ev)
{
    if (ev->thread != NULL) {
        tr_log(TR_LOG_WARN, "event=component_misuse handler=%s err=TR_EWRONGTHREAD",
               ev->handler->name);
        return NULL;
    }
    tr_instance *self = ev->instance;
    return self != NULL && (self->is_mounted || self->is_ending) ? self : NULL;
}

void *tr_component_state(tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, NULL);
    tr_instance *self = instance_of(ev);
    return self != NULL ? self->state : NULL;
}

const void *tr_component_given(tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, NULL);
    const tr_instance *self = instance_of(ev);
    return self != NULL ? self->given : NULL;
}

int tr_component_update(tr_event *ev)
{
    TR_GIVEN(ev != NULL);
    tr_instance *self = instance_of(ev);
    if (self == NULL)
        return ev->thread != NULL ? TR_EWRONGTHREAD : TR_ENOTFOUND;
    tr_instance_touch(ev->session, self, true);
    tr_session_wake(ev->session);
    return 0;
}
