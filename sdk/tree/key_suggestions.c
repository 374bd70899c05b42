#include "sdk/tree/key_suggestions.h"

#include "sdk/catalog/misuse.h"
#include "sdk/tree/tree_private.h"
#include "troupe/err.h"

// A page with more is compared with some of its keys.
enum { LOOKED_AT_CAP = 2000 };

static void offer_keys(const void *arg, tr_near *near)
{
    const tr_tree *tree = arg;
    uint32_t at = 0;
    void *value;
    for (unsigned i = 0; i < LOOKED_AT_CAP && tr_map_next(&tree->keys, &at, NULL, &value); i++)
        tr_near_offer(near, tr_node_key(value));
}

int tr_known_keys_explain(const tr_tree *tree, tr_slice key, tr_slice property)
{
    return tr_misuse_report(&(tr_misuse){.code = TR_ENOTFOUND,
                                         .key = key,
                                         .property = property,
                                         .text = key.size != 0
                                                     ? "no control on the page has this key"
                                                     : "an empty key names no control",
                                         .offer = offer_keys,
                                         .arg = tree,
                                         .wanted = key});
}
