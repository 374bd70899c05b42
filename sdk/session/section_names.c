#include "sdk/session/section_names.h"

#include <string.h>

static const char *name_of(const char *record, size_t at)
{
    const char *name;
    memcpy(&name, record + at, sizeof name);
    return name;
}

const char *tr_section_twin(const void *first, const void *end, size_t size, size_t at)
{
    for (const char *one = first; one != end; one += size)
        for (const char *two = one + size; two != end; two += size)
            if (strcmp(name_of(one, at), name_of(two, at)) == 0)
                return name_of(one, at);
    return NULL;
}
