#ifndef TR_SDK_SESSION_SECTION_NAMES_H
#define TR_SDK_SESSION_SECTION_NAMES_H

// Names of what a program declares in a section of the linker's (handlers, sources, components, forms,
// tables): each is found by it, so no two may have the same.
//
// Thread: any; pure.

#include <stddef.h>

// The first name that two of the records have; NULL: none. `at` is where a record of `size` bytes has its
// `const char *name`.
const char *tr_section_twin(const void *first, const void *end, size_t size, size_t at);

#define TR_SECTION_TWIN(type, first, end)                                                          \
    tr_section_twin((first), (end), sizeof(type), offsetof(type, name))

#endif
