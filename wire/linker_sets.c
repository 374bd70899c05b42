#include "wire/linker_sets.h"

#include <stdatomic.h>
#include <string.h>

// Changed by one thread at a time (the loader's lock), read by all.
static _Atomic(tr_linker_sets *) all;

static tr_linker_sets *first_object(void)
{
    return atomic_load_explicit(&all, memory_order_acquire);
}

static void bounds_of(const tr_linker_sets *self, enum tr_linker_set kind, const char **out_first,
                      const char **out_end)
{
    bool has = self != NULL && kind < self->count;
    *out_first = has ? self->sets[kind].first : NULL;
    *out_end = has ? self->sets[kind].end : NULL;
}

static bool is_known(const tr_linker_sets *self)
{
    for (const tr_linker_sets *one = first_object(); one != NULL; one = one->next)
        if (one == self)
            return true;
    return false;
}

bool tr_sets_put(tr_linker_sets *self)
{
    if (self == NULL || is_known(self))
        return false;
    self->next = first_object();
    atomic_store_explicit(&all, self, memory_order_release);
    return true;
}

bool tr_sets_take(tr_linker_sets *self)
{
    if (self == NULL || !is_known(self))
        return false;
    tr_linker_sets *before = first_object();
    if (before == self) {
        atomic_store_explicit(&all, self->next, memory_order_release);
        return true;
    }
    while (before->next != self)
        before = before->next;
    before->next = self->next;
    return true;
}

const void *tr_set_after(enum tr_linker_set kind, size_t size, const void *record)
{
    const char *last = record;
    for (const tr_linker_sets *one = first_object(); one != NULL; one = one->next) {
        const char *first, *end;
        bounds_of(one, kind, &first, &end);
        if (last == NULL && first != end)
            return first;
        if (last == NULL || last < first || last >= end)
            continue;
        if (last + size < end)
            return last + size;
        last = NULL;
    }
    return NULL;
}

static const char *name_of(const char *record, size_t at)
{
    const char *name;
    memcpy(&name, record + at, sizeof name);
    return name;
}

static const char *find_in(const char *first, const char *end, size_t size, size_t at,
                           tr_slice name)
{
    for (const char *one = first; one != end; one += size)
        if (tr_slice_is(name, name_of(one, at)))
            return one;
    return NULL;
}

const void *tr_set_find(enum tr_linker_set kind, size_t size, size_t at, tr_slice name)
{
    const char *found = NULL;
    for (const tr_linker_sets *one = first_object(); one != NULL && found == NULL;
         one = one->next) {
        const char *first, *end;
        bounds_of(one, kind, &first, &end);
        found = find_in(first, end, size, at, name);
    }
    return found;
}

const char *tr_set_twin(enum tr_linker_set kind, size_t size, size_t at)
{
    const char *one = NULL;
    while ((one = tr_set_after(kind, size, one)) != NULL) {
        const char *two = one;
        while ((two = tr_set_after(kind, size, two)) != NULL)
            if (strcmp(name_of(one, at), name_of(two, at)) == 0)
                return name_of(one, at);
    }
    return NULL;
}
