#include "sdk/session/renewal.h"

#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/call.h"
#include "sdk/session/views.h"
#include "sdk/tree/children.h"
#include "sdk/tree/key_lookup.h"

struct tr_renewal {
    tr_node **nodes;
    uint32_t count;
    bool is_placed; // what was gathered is the page; what comes now is added to it
};

static bool has_service(const tr_session *session, const tr_node *node)
{
    const tr_node *services = tr_tree_find(session->tree, TR_ID_SERVICES);
    tr_children all = tr_children_of(services);
    const tr_node *child;
    while ((child = tr_children_next(&all)) != NULL)
        if (child->kind == node->kind)
            return true;
    return false;
}

bool tr_renewal_gather(const tr_call *call, const tr_change *change)
{
    struct tr_renewal *self = call != NULL ? call->renewal : NULL;
    if (self == NULL || change->what != TR_CHANGE_ADD || !change->is_page ||
        change->property.size != 0)
        return false;
    if ((tr_catalog_kind(change->nodes[0]->kind)->flags & TR_HINT_SERVICE) != 0) {
        if (!has_service(call->session, change->nodes[0]))
            return false;
        tr_node_free(change->nodes[0]);
        return true;
    }
    if (self->is_placed)
        return false;
    self->nodes = tr_realloc(self->nodes, (self->count + 1) * sizeof(tr_node *));
    self->nodes[self->count++] = change->nodes[0];
    return true;
}

// True: the page has what was gathered.
static bool place(tr_session *session, struct tr_renewal *self)
{
    tr_node *view = session->actor != NULL ? tr_naming_top_view(session->tree) : NULL;
    if (view == NULL)
        return false;
    (void)tr_tree_reconcile(session->tree, view, 0, self->nodes, self->count);
    self->count = 0;
    return true;
}

void tr_renewal_place(const tr_call *call, const tr_change *change)
{
    struct tr_renewal *self = call != NULL ? call->renewal : NULL;
    if (self != NULL && !change->is_page && self->count != 0 && !self->is_placed)
        self->is_placed = place(call->session, self);
}

static void build_again(tr_call *call)
{
    struct tr_renewal all = {0};
    tr_session *session = call->session;
    call->renewal = &all;
    session->sessions->app->build(call);
    call->renewal = NULL;
    // With routes it adds to the views that they make, if to any.
    if (!all.is_placed && (all.count != 0 || session->sessions->app->routes == NULL))
        (void)place(session, &all);
    for (uint32_t i = 0; i < all.count; i++)
        tr_node_free(all.nodes[i]);
    tr_free(all.nodes);
}

static void run_renewal(tr_event *ev)
{
    ev->is_rebuild = true;
    if (ev->session->sessions->app->build != NULL)
        build_again(ev);
    tr_views_rebuild(ev);
}

static const tr_handler renewal_handler = {
    .name = "build", .kind = TR_HANDLER_ASYNC, .run = run_renewal};

void tr_session_renew(tr_session *self)
{
    if (tr_call_start(self, &renewal_handler, 0, "build", (tr_slice){0}, false, NULL) < 0)
        tr_log(TR_LOG_WARN, "event=build_refused session=%.6s reason=coroutines", self->id);
}
