#include "sdk/session/layout.h"

#include <string.h>

#include "base/hash.h"

static uint64_t add_members(uint64_t sum, const tr_layout *at)
{
    for (; at->name != NULL; at++) {
        sum = tr_hash_more(sum, at->name, strlen(at->name) + 1);
        sum = tr_hash_more(sum, &at->offset, sizeof at->offset);
        sum = tr_hash_more(sum, &at->size, sizeof at->size);
        sum = tr_hash_more(sum, &at->kind, 1);
        if (at->of != NULL)
            sum = add_members(sum, at->of);
    }
    return tr_hash_more(sum, "", 1);
}

uint64_t tr_layout_number(const tr_layout *members)
{
    if (members == NULL)
        return 0;
    uint64_t sum = add_members(TR_HASH_BEGIN, members);
    return sum != 0 ? sum : 1;
}

// Of numbers there is one member, with no name of its own.
#define NUMBER(type)                                                                               \
    const tr_layout tr_layout_of_##type[] = {{#type, 0, sizeof(type), TR_KIND_OF_((type)0), NULL}, \
                                             {NULL, 0, 0, 0, NULL}}
NUMBER(char);
NUMBER(int);
NUMBER(unsigned);
NUMBER(long);
NUMBER(float);
NUMBER(double);
NUMBER(_Bool);
NUMBER(int8_t);
NUMBER(int16_t);
NUMBER(int32_t);
NUMBER(int64_t);
NUMBER(uint8_t);
NUMBER(uint16_t);
NUMBER(uint32_t);
NUMBER(uint64_t);
NUMBER(size_t);
