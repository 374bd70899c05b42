#include "gateway/range.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/number.h"

// Digits at the front of the text are cut off. A number beyond any file is as good as the largest.
static bool cut_number(tr_slice *text, size_t *out)
{
    size_t value = 0;
    uint32_t at = 0;
    for (; at < text->size && text->data[at] >= '0' && text->data[at] <= '9'; at++)
        value = value > (SIZE_MAX - 9) / 10 ? SIZE_MAX / 16
                                            : value * 10 + (size_t)(text->data[at] - '0');
    text->data += at;
    text->size -= at;
    *out = value;
    return at != 0;
}

// The last `count` bytes.
static enum tr_range last_bytes(size_t count, size_t file_size, size_t *first, size_t *size)
{
    if (count == 0 || file_size == 0)
        return TR_RANGE_OUTSIDE;
    *size = count < file_size ? count : file_size;
    *first = file_size - *size;
    return TR_RANGE_PART;
}

enum tr_range tr_range_read(tr_slice header, size_t file_size, size_t *first, size_t *size)
{
    size_t from = 0;
    size_t to = 0;
    if (header.size <= 6 || tr_compare_caseless_n(header.data, "bytes=", 6) != 0)
        return TR_RANGE_WHOLE;
    tr_slice text = {header.data + 6, header.size - 6};
    bool has_from = cut_number(&text, &from);
    if (text.size == 0 || text.data[0] != '-')
        return TR_RANGE_WHOLE;
    text.data++;
    text.size--;
    bool has_to = cut_number(&text, &to);
    if (text.size != 0 || (!has_from && !has_to) || (has_from && has_to && to < from))
        return TR_RANGE_WHOLE;
    if (!has_from)
        return last_bytes(to, file_size, first, size);
    if (from >= file_size)
        return TR_RANGE_OUTSIDE;
    size_t left = file_size - from;
    *first = from;
    *size = has_to && to - from < left ? to - from + 1 : left;
    return TR_RANGE_PART;
}
