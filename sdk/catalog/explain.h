#ifndef TR_SDK_CATALOG_EXPLAIN_H
#define TR_SDK_CATALOG_EXPLAIN_H

// Says what is wrong with a property or a child, in the catalog's terms, as one line in the log.
//
// Thread: any.

#include "sdk/catalog/catalog.h"

// Which control: its type and its key.
typedef struct tr_subject {
    tr_kind_id kind;
    tr_slice key;
} tr_subject;

// It does not take that value for that property: `code` is why. Returns it.
int tr_explain_value(tr_subject subject, tr_prop_id prop, int code);

// It has no property of that name. Returns TR_ENOTFOUND.
int tr_explain_name(tr_subject subject, tr_slice name);

// The slot takes no child, or not this one.
int tr_explain_child(tr_subject subject, tr_prop_id prop, int code);

// The slot is for other types of controls. That is said, and the child stays: the browser decides.
void tr_explain_kind(tr_subject subject, tr_prop_id prop, tr_kind_id child);

// Every other mistake: `text` says it.
int tr_explain(tr_subject subject, tr_prop_id prop, int code, const char *text);

// Properties of another type of control than the subject is.
int tr_explain_other_kind(tr_subject subject, tr_kind_id given);

// A control that is not the handler's to give. Returns TR_EEXISTS.
int tr_explain_taken(void);

#endif
