#include "sdk/tree/typing.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/tree/text_merge.h"
#include "sdk/tree/tree_private.h"
#include "wire/limits.h"

#define UNSENT UINT32_MAX

// Layer: as the browser has it until it sees the packet `number`. Past: before the report `number`.
typedef struct version {
    uint32_t number;
    tr_buf text;
} version;

typedef struct versions {
    version at[TR_TYPING_VERSIONS_CAP]; // oldest first
    uint32_t count;
} versions;

typedef struct field {
    struct field *next;
    uint32_t id;
    tr_prop_id prop;
    versions layers; // the newest one's successor is the tree's own text
    versions past;
} field;

struct tr_typing {
    field *fields;
    uint32_t count;
    size_t bytes;
    tr_typing_report report; // the last one
};

static void drop_at(tr_typing *self, versions *of, uint32_t at)
{
    self->bytes -= of->at[at].text.size;
    tr_buf_done(&of->at[at].text);
    memmove(of->at + at, of->at + at + 1, (--of->count - at) * sizeof *of->at);
}

static void drop_oldest(tr_typing *self, versions *of)
{
    drop_at(self, of, 0);
}

static void push(tr_typing *self, versions *to, uint32_t number, tr_slice text)
{
    // The oldest one stays: it is what a slow browser has.
    if (to->count == TR_TYPING_VERSIONS_CAP)
        drop_at(self, to, 1);
    version *one = &to->at[to->count++];
    *one = (version){.number = number};
    tr_buf_append(&one->text, text.data, text.size);
    self->bytes += text.size;
}

static void put(tr_typing *self, version *at, tr_buf text)
{
    self->bytes += text.size - at->text.size;
    tr_buf_done(&at->text);
    at->text = text;
}

static tr_buf merged(const tr_buf *base, const tr_buf *mine, tr_slice theirs)
{
    tr_buf out = {0};
    tr_text_merge(tr_buf_slice(base), tr_buf_slice(mine), theirs, &out);
    return out;
}

static tr_buf copy_of(tr_slice text)
{
    tr_buf out = {0};
    tr_buf_append(&out, text.data, text.size);
    return out;
}

static void drop_versions(tr_typing *self, field *of)
{
    while (of->layers.count != 0)
        drop_oldest(self, &of->layers);
    while (of->past.count != 0)
        drop_oldest(self, &of->past);
}

static void drop_field(tr_typing *self, field **at)
{
    field *gone = *at;
    drop_versions(self, gone);
    *at = gone->next;
    self->count--;
    tr_free(gone);
}

// What the merges made of the versions may be longer than they were.
static void bound(tr_typing *self, field *of)
{
    if (self->bytes > TR_TYPING_CAP_BYTES)
        drop_versions(self, of);
}

// What is not needed any more goes.
static void settle(tr_typing *self)
{
    for (field **at = &self->fields; *at != NULL;) {
        versions *layers = &(*at)->layers;
        versions *past = &(*at)->past;
        while (layers->count != 0 && layers->at[0].number <= self->report.seen)
            drop_oldest(self, layers);
        while (past->count != 0 && past->at[0].number <= self->report.settled)
            drop_oldest(self, past);
        if (layers->count == 0 && past->count == 0)
            drop_field(self, at);
        else
            at = &(*at)->next;
    }
}

static field *find(const tr_typing *self, uint32_t id, tr_prop_id prop)
{
    for (field *at = self->fields; at != NULL; at = at->next)
        if (at->id == id && at->prop == prop)
            return at;
    return NULL;
}

// Of one with room for another text of that size, or NULL.
static field *field_of(tr_typing *self, const tr_node *node, tr_prop_id prop, uint32_t size)
{
    field *found = find(self, node->id, prop);
    if (self->bytes + size > TR_TYPING_CAP_BYTES) {
        if (found != NULL)
            drop_versions(self, found);
        return NULL;
    }
    if (found != NULL || self->count == TR_TYPING_FIELDS_CAP)
        return found;
    found = tr_new(field);
    found->id = node->id;
    found->prop = prop;
    found->next = self->fields;
    self->fields = found;
    self->count++;
    return found;
}

size_t tr_tree_typing_bytes(const tr_tree *self)
{
    return self->typing != NULL ? self->typing->bytes : 0;
}

void tr_tree_end_typing(tr_tree *self)
{
    if (self->typing == NULL)
        return;
    while (self->typing->fields != NULL)
        drop_field(self->typing, &self->typing->fields);
    tr_free(self->typing);
    self->typing = NULL;
}

void tr_tree_begin_typing(tr_tree *self, bool counts)
{
    tr_tree_end_typing(self);
    self->counts_typing = counts;
}

static tr_typing *typing_of(tr_tree *self)
{
    if (self->typing == NULL)
        self->typing = tr_new(tr_typing);
    return self->typing;
}

void tr_tree_receive_typing(tr_tree *self, const tr_typing_report *report)
{
    if (!self->counts_typing)
        return;
    typing_of(self)->report = *report;
    settle(self->typing);
}

static version *newest(versions *of)
{
    return of->count != 0 ? &of->at[of->count - 1] : NULL;
}

static bool is_unsent(field *one)
{
    const version *top = newest(&one->layers);
    return top != NULL && top->number == UNSENT;
}

bool tr_tree_has_unsent_typing(const tr_tree *self)
{
    for (field *at = self->typing != NULL ? self->typing->fields : NULL; at != NULL; at = at->next)
        if (is_unsent(at))
            return true;
    return false;
}

void tr_tree_sent_typing(tr_tree *self, uint32_t number)
{
    for (field *at = self->typing != NULL ? self->typing->fields : NULL; at != NULL;
         at = at->next) {
        const tr_node *node = tr_tree_find(self, at->id);
        const tr_prop *entry = node != NULL ? tr_node_prop(node, at->prop) : NULL;
        if (is_unsent(at) && (entry == NULL || !entry->dirty))
            newest(&at->layers)->number = number;
    }
}

bool tr_typing_is_of(const tr_prop_info *info, const tr_value *value)
{
    return info->prop == TR_PROP_VALUE && (info->rule & TR_RULE_CLIENT_SETS) != 0 &&
           (value->kind == TR_VALUE_TEXT || value->kind == TR_VALUE_NIL) &&
           tr_catalog_default(info).kind == TR_VALUE_TEXT;
}

tr_slice tr_tree_typing_at(const tr_tree *self, const tr_node *node, tr_prop_id prop, uint32_t base,
                           tr_slice now)
{
    const field *known = self->typing != NULL ? find(self->typing, node->id, prop) : NULL;
    for (uint32_t i = 0; known != NULL && i < known->past.count; i++)
        if (known->past.at[i].number > base)
            return tr_buf_slice(&known->past.at[i].text);
    return now;
}

// What happened since, to the text as it was then, happens to `wanted`.
static void redo(tr_typing *self, field *of, uint32_t base, tr_slice now, tr_buf *text)
{
    for (uint32_t i = 0; i < of->past.count; i++) {
        version *before = &of->past.at[i];
        if (before->number <= base)
            continue;
        bool is_last = i + 1 == of->past.count;
        tr_buf after = copy_of(is_last ? now : tr_buf_slice(&of->past.at[i + 1].text));
        tr_buf next = merged(&before->text, &after, tr_buf_slice(text));
        tr_buf_done(&after);
        put(self, before, *text);
        *text = next;
    }
}

tr_slice tr_typing_on_set(tr_tree *self, const tr_node *node, tr_prop_id prop, tr_slice now,
                          tr_slice wanted, tr_buf *out)
{
    tr_typing *typing = typing_of(self);
    const tr_typing_report *report = &typing->report;
    field *known = find(typing, node->id, prop);
    uint32_t base =
        report->base != NULL ? report->base(report->session, node, prop) : TR_TYPING_NOW;
    if (known != NULL && base != TR_TYPING_NOW && known->past.count != 0) {
        *out = copy_of(wanted);
        redo(typing, known, base, now, out);
        bound(typing, known);
        wanted = tr_buf_slice(out);
    }
    if (tr_slice_equal(now, wanted) || (node->flags & TR_NODE_FRESH) != 0)
        return wanted;
    known = field_of(typing, node, prop, now.size);
    if (known != NULL && !is_unsent(known))
        push(typing, &known->layers, UNSENT, now);
    return wanted;
}

tr_typing_base tr_typing_swap_base(tr_tree *self, tr_typing_base base)
{
    tr_typing *typing = self->typing;
    if (typing == NULL)
        return NULL;
    tr_typing_base before = typing->report.base;
    typing->report.base = base;
    return before;
}

// From layer to layer, each time into what the server made of it.
static void rise(tr_typing *self, versions *layers, tr_buf *typed, tr_slice now)
{
    for (uint32_t i = 0; i < layers->count; i++) {
        version *layer = &layers->at[i];
        bool is_last = i + 1 == layers->count;
        tr_slice above = is_last ? now : tr_buf_slice(&layers->at[i + 1].text);
        tr_buf next = merged(&layer->text, typed, above);
        put(self, layer, *typed);
        *typed = next;
    }
}

static void keep_past(tr_typing *self, const tr_node *node, tr_prop_id prop, tr_slice now,
                      tr_slice typed)
{
    bool is_told = tr_node_value(node, TR_PROP_ON_CHANGE).kind == TR_VALUE_HANDLER;
    // Where no event follows, and no handler runs, nobody is behind.
    if (tr_slice_equal(now, typed) || (!is_told && !self->report.is_worked_on))
        return;
    field *known = field_of(self, node, prop, now.size);
    if (known != NULL)
        push(self, &known->past, self->report.number, now);
}

bool tr_typing_on_report(tr_tree *self, const tr_node *node, tr_prop_id prop, tr_slice now,
                         tr_slice *typed, tr_buf *out)
{
    tr_typing *typing = typing_of(self);
    field *known = find(typing, node->id, prop);
    bool is_merged = known != NULL && known->layers.count != 0;
    if (is_merged) {
        *out = copy_of(*typed);
        rise(typing, &known->layers, out, now);
        bound(typing, known);
        *typed = tr_buf_slice(out);
    }
    keep_past(typing, node, prop, now, *typed);
    return is_merged;
}
