#include "sdk/tree/key_lookup.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/random.h"
#include "sdk/catalog/explain.h"
#include "sdk/catalog/misuse.h"
#include "sdk/tree/key_suggestions.h"
#include "troupe/err.h"

enum { MARK = 1, ID_DIGITS = 10 };

static bool read_id(tr_slice name, uint32_t *out)
{
    if (name.size < 2 || name.size > ID_DIGITS + 1 || name.data[0] != MARK)
        return false;
    uint64_t id = 0;
    for (uint32_t i = 1; i < name.size; i++) {
        if (name.data[i] < '0' || name.data[i] > '9')
            return false;
        id = id * 10 + (uint64_t)(name.data[i] - '0');
    }
    *out = (uint32_t)id;
    return id <= UINT32_MAX;
}

tr_node *tr_naming_find(const tr_tree *tree, uint32_t scope, tr_slice name)
{
    uint32_t id;
    return read_id(name, &id) ? tr_tree_find(tree, id) : tr_tree_find_key_in(tree, scope, name);
}

ui_handle tr_naming_of_id(uint32_t id)
{
    ui_handle handle = {0};
    if (id != 0)
        snprintf(handle.name, sizeof handle.name, "%c%u", MARK, id);
    return handle;
}

int tr_naming_explain(const tr_tree *tree, tr_slice name, tr_slice property)
{
    uint32_t id;
    if (!read_id(name, &id))
        return tr_known_keys_explain(tree, name, property);
    char text[ID_DIGITS + 2];
    snprintf(text, sizeof text, "#%u", id);
    return tr_misuse_report(
        &(tr_misuse){.code = TR_ENOTFOUND,
                     .key = tr_slice_of(text),
                     .property = property,
                     .text = "the control of this handle is no longer on the page"});
}

tr_node *tr_naming_top_view(tr_tree *tree)
{
    const tr_node_list *stack = tr_node_children(tr_tree_page(tree), TR_PROP_VIEWS);
    return stack->at[stack->count - 1];
}

ui_handle ui_handle_of(ui_control *control)
{
    ui_handle handle = {0};
    if (control == NULL)
        return handle;
    if (!tr_scope_has(control)) { // it may be freed, even
        (void)tr_explain_taken();
        return handle;
    }
    tr_slice key = tr_node_key(control);
    if (key.size >= sizeof handle.name) {
        tr_log(TR_LOG_WARN, "event=handle_refused key=%s reason=length",
               tr_log_quote(key.data, key.size));
        return handle;
    }
    if (key.size != 0) {
        memcpy(handle.name, key.data, key.size);
        return handle;
    }
    snprintf(handle.name, sizeof handle.name, "~%016llx", (unsigned long long)tr_random_u64());
    (void)tr_node_set(control, TR_PROP_KEY, tr_value_text(tr_slice_of(handle.name))); // logged
    return handle;
}
