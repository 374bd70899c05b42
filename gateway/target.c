#include "gateway/target.h"

#include <string.h>

#include "base/number.h"

static tr_slice up_to(tr_slice text, char end)
{
    const char *found = text.size != 0 ? memchr(text.data, end, text.size) : NULL;
    return (tr_slice){text.data, found != NULL ? (uint32_t)(found - text.data) : text.size};
}

static tr_slice behind(tr_slice text, uint32_t size)
{
    size = size < text.size ? size : text.size;
    return (tr_slice){text.data + size, text.size - size};
}

static bool has_any(tr_slice text, const char *wanted)
{
    for (; *wanted != '\0'; wanted++)
        if (text.size != 0 && memchr(text.data, *wanted, text.size) != NULL)
            return true;
    return false;
}

tr_slice tr_target_of(tr_slice head)
{
    tr_slice rest = behind(head, up_to(head, ' ').size + 1);
    tr_slice target = up_to(rest, ' ');
    bool is_odd = has_any(up_to(target, '?'), "+&;") || has_any(tr_target_query(target), ";");
    return is_odd ? target : (tr_slice){0};
}

// One byte of the text, which gets shorter.
static char next_byte(tr_slice *io)
{
    char byte = *io->data;
    uint32_t size = 1;
    if (byte == '%' && io->size >= 3) {
        byte = (char)(tr_hex_digit(io->data[1]) << 4 | tr_hex_digit(io->data[2]));
        size = 3;
    }
    *io = behind(*io, size);
    return byte;
}

// What ends with "/", "/." or "/..", at the end of a part of the path; returns how much of it stays.
static size_t settle(const char *path, size_t size)
{
    size_t from = size;
    while (from > 0 && path[from - 1] != '/')
        from--;
    bool is_here = size - from == 1 && path[from] == '.';
    bool is_up = size - from == 2 && path[from] == '.' && path[from + 1] == '.';
    if (!is_here && !is_up)
        return size;
    for (from = is_up && from > 1 ? from - 1 : from; from > 1 && path[from - 1] != '/';)
        from--;
    return from;
}

tr_slice tr_target_path(tr_slice target, char *out, size_t cap)
{
    tr_slice rest = up_to(target, '?');
    size_t size = 0;
    while (rest.size != 0 && size < cap) {
        char byte = next_byte(&rest);
        if (byte == '/')
            size = settle(out, size);
        if (byte != '/' || size == 0 || out[size - 1] != '/')
            out[size++] = byte;
    }
    return (tr_slice){out, (uint32_t)settle(out, size)};
}

tr_slice tr_target_query(tr_slice target)
{
    return behind(target, up_to(target, '?').size + 1);
}

bool tr_target_next_part(tr_slice *io, char *out, tr_slice *part)
{
    if (io->size == 0)
        return false;
    tr_slice rest = up_to(*io, '&');
    *io = behind(*io, rest.size + 1);
    *part = (tr_slice){out, 0};
    while (rest.size != 0) {
        bool is_space = *rest.data == '+';
        char byte = next_byte(&rest);
        out[part->size++] = is_space ? ' ' : byte;
    }
    return true;
}
