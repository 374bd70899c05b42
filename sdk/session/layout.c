#include "sdk/session/layout.h"

#include <string.h>

// FNV-1a.
static uint64_t add(uint64_t sum, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ at[i]) * 0x100000001b3u;
    return sum;
}

// With a mark at each list's end, so that a member cannot move into the struct beside it unseen.
static uint64_t add_members(uint64_t sum, const tr_layout *at)
{
    for (; at->name != NULL; at++) {
        sum = add(sum, at->name, strlen(at->name) + 1);
        sum = add(sum, &at->offset, sizeof at->offset);
        sum = add(sum, &at->size, sizeof at->size);
        sum = add(sum, &at->kind, 1);
        if (at->of != NULL)
            sum = add_members(sum, at->of);
    }
    return add(sum, "", 1);
}

uint64_t tr_layout_number(const tr_layout *members)
{
    if (members == NULL)
        return 0;
    uint64_t sum = add_members(0xcbf29ce484222325u, members);
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
