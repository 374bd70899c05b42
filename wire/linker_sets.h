#ifndef TR_WIRE_LINKER_SETS_H
#define TR_WIRE_LINKER_SETS_H

// What the process's objects declare (troupe/linker_sets.h): records of one kind from all of them. Most
// kinds have names, by which other processes find them, so that no two of a kind may have the same.
//
// Thread: any.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/linker_sets.h"
#include "troupe/slice.h"

// False: nothing changed, it is there already, or is not. By one thread at a time.
bool tr_sets_put(tr_linker_sets *self);
bool tr_sets_take(tr_linker_sets *self);

// The record behind `record`; NULL: behind the last. Begins with NULL.
const void *tr_set_after(enum tr_linker_set kind, size_t size, const void *record);

// `at` is where a record of `size` bytes has its `const char *name`. NULL: none has it.
const void *tr_set_find(enum tr_linker_set kind, size_t size, size_t at, tr_slice name);

// A name that two of them have; NULL: each has its own.
const char *tr_set_twin(enum tr_linker_set kind, size_t size, size_t at);

#define TR_SET_FIND(kind, type, name_)                                                             \
    ((const type *)tr_set_find((kind), sizeof(type), offsetof(type, name), (name_)))
#define TR_SET_TWIN(kind, type) tr_set_twin((kind), sizeof(type), offsetof(type, name))

#endif
