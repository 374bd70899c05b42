#include "sdk/session/instance.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/session/layout.h"
#include "sdk/tree/children.h"
#include "troupe/err.h"
#include "wire/linker_sets.h"
#include "wire/reader.h"
#include "wire/writer.h"

const tr_component *tr_component_find(tr_slice name)
{
    return TR_SET_FIND(TR_SET_COMPONENTS, tr_component, name);
}

int tr_components_check(void)
{
    const char *name = TR_SET_TWIN(TR_SET_COMPONENTS, tr_component);
    if (name == NULL)
        return 0;
    tr_log(TR_LOG_ERROR, "event=component_name_taken component=%s", name);
    return TR_EEXISTS;
}

bool tr_instance_read(const tr_node *node, const tr_component **out, tr_slice *out_given)
{
    if (!tr_tree_is_component(node))
        return false;
    tr_reader in = tr_reader_of(tr_node_value(node, TR_PROP_DATA).slice);
    if (tr_reader_peek(&in) != TR_KIND_ARRAY || tr_reader_array(&in) != 3)
        return false;
    tr_slice name = tr_reader_text(&in);
    tr_slice given = tr_reader_bytes(&in);
    uint64_t layout = tr_reader_unsigned(&in);
    const tr_component *component = in.failed ? NULL : tr_component_find(name);
    if (component == NULL || component->size != given.size ||
        layout != tr_layout_number(component->layout))
        return false;
    *out = component;
    *out_given = given;
    return true;
}

tr_instance *tr_instance_find(const tr_session *session, uint32_t id)
{
    return session->instances != NULL && id != 0 ? tr_map_find(&session->instances->by_id, id)
                                                 : NULL;
}

tr_instance *tr_instance_around(const tr_session *session, uint32_t control)
{
    if (session->instances == NULL)
        return NULL;
    const tr_node *node = tr_tree_find(session->tree, control);
    return node != NULL ? tr_instance_find(session, tr_tree_scope(node)) : NULL;
}

tr_instance *tr_instance_new(tr_session *session, uint32_t id, const tr_component *component,
                             tr_slice given)
{
    if (session->instances == NULL)
        session->instances = tr_new(tr_instances);
    tr_instances *all = session->instances;
    if (all->by_id.count >= TR_COMPONENTS_PER_PAGE_CAP)
        return NULL;
    tr_instance *self = tr_new(tr_instance);
    self->component = component;
    self->id = id;
    const tr_node *node = tr_tree_find(session->tree, id);
    self->around = node != NULL && node->parent != NULL ? tr_tree_scope(node->parent) : 0;
    self->references = 1;
    self->is_mounted = true;
    self->state = tr_calloc(1, component->size);
    self->given = tr_calloc(1, component->size);
    memcpy(self->state, given.data, component->size);
    memcpy(self->given, given.data, component->size);
    tr_map_put(&all->by_id, id, self);
    return self;
}

void tr_instance_remove(tr_session *session, tr_instance *self)
{
    self->is_mounted = false;
    tr_map_take(&session->instances->by_id, self->id);
    tr_instance_unref(self);
}

tr_instance *tr_instance_ref(tr_instance *self)
{
    if (self != NULL)
        self->references++;
    return self;
}

void tr_instance_unref(tr_instance *self)
{
    if (self == NULL)
        return;
    tr_must(self->references != 0);
    if (--self->references != 0)
        return;
    tr_free(self->state);
    tr_free(self->given);
    tr_free(self);
}

void tr_instance_touch(tr_session *session, tr_instance *self, bool always)
{
    if (self->is_touched || !self->is_mounted || !(always || self->component->rebuilds))
        return;
    tr_instances *all = session->instances;
    if (all->touched == NULL)
        all->touched_end = &all->touched;
    self->is_touched = true;
    *all->touched_end = tr_instance_ref(self);
    all->touched_end = &self->next_touched;
}

tr_instance *tr_instance_take_touched(tr_session *session)
{
    tr_instance *self = session->instances != NULL ? session->instances->touched : NULL;
    if (self == NULL)
        return NULL;
    session->instances->touched = self->next_touched;
    self->next_touched = NULL;
    self->is_touched = false;
    return self;
}

void tr_instances_free(tr_session *session)
{
    tr_instances *all = session->instances;
    if (all == NULL)
        return;
    tr_instance *touched;
    while ((touched = tr_instance_take_touched(session)) != NULL)
        tr_instance_unref(touched);
    uint32_t at = 0;
    void *one;
    while (tr_map_next(&all->by_id, &at, NULL, &one)) {
        ((tr_instance *)one)->is_mounted = false;
        tr_instance_unref(one);
    }
    tr_map_done(&all->by_id);
    tr_free(all);
    session->instances = NULL;
}

// -- saving --

void tr_instances_save(const tr_session *session, tr_buf *out)
{
    const tr_instances *all = session->instances;
    tr_write_array(out, all != NULL ? all->by_id.count : 0);
    uint32_t at = 0;
    void *value;
    while (all != NULL && tr_map_next(&all->by_id, &at, NULL, &value)) {
        const tr_instance *one = value;
        tr_write_array(out, 4);
        tr_write_unsigned(out, one->id);
        tr_write_text(out, tr_slice_of(one->component->name));
        tr_write_unsigned(out, one->component->version);
        tr_write_bytes(out, (tr_slice){one->state, (uint32_t)one->component->size});
    }
}

// Gives every component below the node its instance.
static void make_all(tr_session *session, const tr_node *node)
{
    const tr_component *component;
    tr_slice given;
    bool is_read = tr_instance_read(node, &component, &given);
    if (!is_read && tr_tree_is_component(node))
        tr_log(TR_LOG_WARN, "event=component_refused id=%u reason=layout", node->id);
    if (is_read && tr_instance_find(session, node->id) == NULL)
        (void)tr_instance_new(session, node->id, component, given); // NULL: stays as it was saved
    tr_children children = tr_children_of(node);
    for (tr_node *child; (child = tr_children_next(&children)) != NULL;)
        make_all(session, child);
}

int tr_instances_load(tr_session *session, tr_slice bytes)
{
    make_all(session, tr_tree_page(session->tree));
    tr_reader in = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        if (tr_reader_array(&in) != 4)
            return TR_EMALFORMED;
        uint64_t id = tr_reader_unsigned(&in);
        tr_slice name = tr_reader_text(&in);
        uint64_t version = tr_reader_unsigned(&in);
        tr_slice state = tr_reader_bytes(&in);
        tr_instance *one =
            !in.failed && id <= UINT32_MAX ? tr_instance_find(session, (uint32_t)id) : NULL;
        if (one == NULL || !tr_slice_is(name, one->component->name))
            continue;
        if (version == one->component->version && state.size == one->component->size)
            memcpy(one->state, state.data, state.size);
        else // its controls are of another version
            tr_instance_touch(session, one, true);
    }
    return in.failed ? TR_EMALFORMED : 0;
}
