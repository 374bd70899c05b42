#include "line.h"

#include <string.h>

uint32_t line_size(const struct line *line)
{
    return (uint32_t)(offsetof(struct line, text) + strlen(line->text) + 1);
}

bool line_read(const void *bytes, size_t size, struct line *out)
{
    if (bytes == NULL || size <= offsetof(struct line, text) || size > sizeof *out)
        return false;
    memset(out, 0, sizeof *out);
    memcpy(out, bytes, size);
    return memchr(out->room, 0, ROOM_BYTES) != NULL &&
           memchr(out->author, 0, AUTHOR_BYTES) != NULL && memchr(out->text, 0, TEXT_BYTES) != NULL;
}

int line_compare(uint64_t time_a, uint64_t id_a, uint64_t time_b, uint64_t id_b)
{
    return time_a != time_b ? (time_a > time_b) - (time_a < time_b) : (id_a > id_b) - (id_a < id_b);
}
