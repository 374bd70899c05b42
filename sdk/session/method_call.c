#include "sdk/session/method_call.h"

#include <string.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/encode.h"
#include "sdk/tree/key_lookup.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

const tr_method_info *tr_method_find(tr_slice name)
{
    for (unsigned i = 1; i < tr_generated_method_count; i++)
        if (tr_slice_is(name, tr_generated_methods[i].name))
            return &tr_generated_methods[i];
    return NULL;
}

// The page's own comes first: it may have events or properties.
static int find_service(tr_session *session, tr_kind_id kind, uint32_t *out)
{
    tr_node *registry = tr_tree_find(session->tree, TR_ID_SERVICES);
    const tr_node_list *list = tr_node_children(registry, TR_PROP__SERVICES);
    for (uint32_t i = 0; list != NULL && i < list->count; i++)
        if (list->at[i]->kind == kind) {
            *out = list->at[i]->id;
            return 0;
        }
    tr_node *made = tr_node_new(kind);
    int result = tr_tree_append(session->tree, registry, TR_PROP__SERVICES, made);
    if (result == 0)
        *out = made->id;
    else
        tr_node_free(made);
    return result;
}

static bool has_method(const tr_node *node, const tr_method_info *method)
{
    for (const tr_kind_id *kind = method->kinds; *kind != 0; kind++)
        if (*kind == node->kind)
            return true;
    return false;
}

static int find_target(tr_session *session, const tr_call *call, const tr_method_info *method,
                       tr_slice key, uint32_t *out)
{
    *out = method->target == TR_CALLED_PAGE ? TR_ID_PAGE : TR_ID_WINDOW;
    if (method->target == TR_CALLED_SERVICE)
        return find_service(session, method->kinds[0], out);
    if (method->target != TR_CALLED_KEY)
        return 0;
    // As with properties, no key means the page, and so its view.
    const tr_node *node = key.data == NULL
                              ? tr_naming_top_view(session->tree)
                              : tr_naming_find(session->tree, tr_call_scope(call), key);
    if (node == NULL)
        return tr_naming_explain(session->tree, key, tr_slice_of(method->name));
    *out = node->id;
    return has_method(node, method)
               ? 0
               : tr_misuse_report(&(tr_misuse){.code = TR_EWRONGTYPE,
                                               .control = tr_catalog_kind(node->kind)->wire,
                                               .key = key,
                                               .property = tr_slice_of(method->name),
                                               .text = "such a control has no such method"});
}

static tr_prop_id stands_for(const tr_method_info *method, tr_slice key)
{
    for (unsigned i = 0; i < method->count; i++)
        if (tr_slice_is(key, method->arguments[i].key))
            return method->arguments[i].from;
    return 0;
}

// The arguments with what the control says in place of nil.
static void fill_in(const tr_method_info *method, const tr_node *node, tr_slice args, tr_buf *out)
{
    tr_reader in = tr_reader_of(args);
    uint32_t count = tr_reader_map(&in);
    tr_write_map(out, count);
    for (uint32_t i = 0; i < count && !in.failed; i++) {
        tr_slice key = tr_reader_text(&in);
        tr_prop_id from = tr_reader_peek(&in) == TR_KIND_NIL ? stands_for(method, key) : 0;
        tr_slice value = tr_reader_skip(&in);
        tr_write_text(out, key);
        if (from != 0)
            tr_value_write(out, tr_node_get(node, from));
        else
            tr_buf_append(out, value.data, value.size);
    }
}

static int invoke(tr_session *session, uint32_t target, const tr_method_info *method, tr_slice args,
                  uint64_t timeout_ms, tr_client_answer *on_answer, void *arg)
{
    const tr_node *node = tr_tree_find(session->tree, target);
    tr_buf filled = {0};
    for (unsigned i = 0; node != NULL && filled.size == 0 && i < method->count; i++)
        if (method->arguments[i].from != 0 && args.size != 0)
            fill_in(method, node, args, &filled);
    int result =
        tr_client_call(session, target, tr_slice_of(method->wire),
                       filled.size != 0 ? tr_buf_slice(&filled) : args, timeout_ms, on_answer, arg);
    tr_buf_done(&filled);
    return result;
}

int tr_invoke(tr_session *session, const tr_call *call, const tr_method_info *method, tr_slice key,
              tr_slice args, uint64_t timeout_ms, tr_client_answer *on_answer, void *arg)
{
    // Before a service is put on a page that nobody sees.
    if (session->actor == NULL || !tr_address_is_set(session->connection))
        return TR_EGONE;
    uint32_t target;
    int result = find_target(session, call, method, key, &target);
    return result < 0 ? result : invoke(session, target, method, args, timeout_ms, on_answer, arg);
}

// -- for sync handlers --

typedef struct question {
    tr_core *core;
    tr_address asker;
    tr_address session;
    uint64_t correlation;
} question;

static void on_answer(void *arg, int result, tr_slice value, tr_slice error)
{
    question *self = arg;
    tr_message message = {.from = self->asker,
                          .to = self->session,
                          .flags = TR_FLAG_ASK,
                          .correlation = self->correlation};
    // Its pool thread always has room for the one answer.
    (void)tr_answer(self->core, &message, .status = result, .value = result == 0 ? value : error);
    tr_free(self);
}

void tr_invoke_for_pool(tr_session *session, const tr_call *call, const tr_message *asked,
                        const tr_change *change)
{
    question *self = tr_new(question);
    *self = (question){.core = session->sessions->core,
                       .asker = asked->from,
                       .session = asked->to,
                       .correlation = asked->correlation};
    const tr_method_info *method = tr_method_find(change->property);
    tr_slice args = change->value.kind == TR_VALUE_RAW ? change->value.slice : (tr_slice){0};
    // No key at all and an empty one differ.
    tr_slice key = change->is_page
                       ? (tr_slice){0}
                       : (tr_slice){change->key.size ? change->key.data : "", change->key.size};
    int result = method == NULL ? TR_ENOTFOUND
                                : tr_invoke(session, call, method, key, args,
                                            (uint64_t)change->number, on_answer, self);
    if (result < 0)
        on_answer(self, result, (tr_slice){0}, (tr_slice){0});
}
