#include "sdk/tree/text_merge.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

// Of the part that the server rewrote: larger ones are not compared letter by letter.
enum { CELLS_CAP = 1 << 16 };
enum { GONE = -1 };

typedef struct letters {
    uint32_t *code;
    uint32_t *offset; // in bytes; one more than there are letters
    uint32_t count;
} letters;

static unsigned bytes_of(unsigned char first)
{
    return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static letters letters_of(tr_slice text)
{
    letters out = {.code = tr_calloc(text.size + 1, sizeof *out.code),
                   .offset = tr_calloc(text.size + 1, sizeof *out.offset)};
    uint32_t at = 0;
    while (at < text.size) {
        unsigned size = bytes_of((unsigned char)text.data[at]);
        size = size <= text.size - at ? size : text.size - at;
        out.offset[out.count] = at;
        for (unsigned i = 0; i < size; i++)
            out.code[out.count] = out.code[out.count] << 8 | (unsigned char)text.data[at + i];
        out.count++;
        at += size;
    }
    out.offset[out.count] = at;
    return out;
}

static void letters_done(letters *self)
{
    tr_free(self->code);
    tr_free(self->offset);
}

// What one text has to be replaced by to become the other: from `head` on, up to `tail` from the end.
typedef struct piece {
    uint32_t head;
    uint32_t tail;
} piece;

static piece differ(const letters *a, const letters *b)
{
    uint32_t most = a->count < b->count ? a->count : b->count;
    piece out = {0, 0};
    while (out.head < most && a->code[out.head] == b->code[out.head])
        out.head++;
    while (out.tail < most - out.head &&
           a->code[a->count - 1 - out.tail] == b->code[b->count - 1 - out.tail])
        out.tail++;
    return out;
}

static uint32_t folded(uint32_t code)
{
    return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

// Where each letter of `base` is in `theirs`; GONE for some.
typedef struct images {
    int64_t *at;
    uint32_t count;
} images;

// The longest letters in common, of the parts that begin at `head`.
static void align(const letters *base, const letters *theirs, piece part, int64_t *out)
{
    uint32_t rows = base->count - part.tail - part.head;
    uint32_t columns = theirs->count - part.tail - part.head;
    const uint32_t *a = base->code + part.head;
    const uint32_t *b = theirs->code + part.head;
    uint32_t width = columns + 1;
    uint16_t *length = tr_calloc((size_t)(rows + 1) * width, sizeof *length);
    for (uint32_t i = rows; i-- > 0;)
        for (uint32_t j = columns; j-- > 0;) {
            uint16_t down = length[(i + 1) * width + j];
            uint16_t right = length[i * width + j + 1];
            length[i * width + j] = folded(a[i]) == folded(b[j])
                                        ? (uint16_t)(length[(i + 1) * width + j + 1] + 1)
                                    : down > right ? down
                                                   : right;
        }
    for (uint32_t i = 0, j = 0; i < rows && j < columns;) {
        if (folded(a[i]) == folded(b[j]))
            out[part.head + i++] = part.head + j++;
        else if (length[(i + 1) * width + j] >= length[i * width + j + 1])
            i++;
        else
            j++;
    }
    tr_free(length);
}

static images images_of(const letters *base, const letters *theirs)
{
    images out = {.at = tr_calloc(base->count + 1, sizeof *out.at), .count = base->count};
    piece part = differ(base, theirs);
    uint32_t rows = base->count - part.tail - part.head;
    uint32_t columns = theirs->count - part.tail - part.head;
    int64_t shift = (int64_t)theirs->count - base->count;
    for (uint32_t i = 0; i < base->count; i++) {
        if (i < part.head || rows == columns)
            out.at[i] = i;
        else if (i >= base->count - part.tail)
            out.at[i] = i + shift;
        else
            out.at[i] = GONE;
    }
    if (rows != columns && (uint64_t)(rows + 1) * (columns + 1) <= CELLS_CAP)
        align(base, theirs, part, out.at);
    return out;
}

// Where what stands in front of the letter `at` of `base` goes.
static uint32_t place_of(const images *self, uint32_t at, uint32_t end)
{
    if (at == self->count)
        return end;
    if (at > 0 && self->at[at - 1] != GONE)
        return (uint32_t)self->at[at - 1] + 1;
    if (self->at[at] != GONE)
        return (uint32_t)self->at[at];
    while (at > 0)
        if (self->at[--at] != GONE)
            return (uint32_t)self->at[at] + 1;
    return 0;
}

// The part of `theirs` that the letters from `from` to `to` of `base` have become.
static void range_of(const images *self, uint32_t from, uint32_t to, uint32_t end, uint32_t *first,
                     uint32_t *past)
{
    *first = *past = place_of(self, from, end);
    bool is_found = false;
    for (uint32_t i = from; i < to; i++) {
        if (self->at[i] == GONE)
            continue;
        if (!is_found)
            *first = (uint32_t)self->at[i];
        *past = (uint32_t)self->at[i] + 1;
        is_found = true;
    }
}

// The person replaced a part, and nothing of `base` is left in the other text: what is equal around that
// part was as likely typed anew, and must not be lost.
static bool is_typed_anew(const letters *base, const letters *mine, piece typed,
                          const images *where)
{
    uint32_t past = base->count - typed.tail;
    if (typed.head == past || typed.head == mine->count - typed.tail)
        return false;
    for (uint32_t i = 0; i < base->count; i++)
        if (where->at[i] != GONE)
            return false;
    return true;
}

static void append_part(tr_buf *out, tr_slice text, const letters *of, uint32_t from, uint32_t to)
{
    tr_buf_append(out, text.data + of->offset[from], of->offset[to] - of->offset[from]);
}

static void merge(tr_slice base, tr_slice mine, tr_slice theirs, tr_buf *out)
{
    letters a = letters_of(base);
    letters b = letters_of(mine);
    letters c = letters_of(theirs);
    piece typed = differ(&a, &b);
    images where = images_of(&a, &c);
    if (is_typed_anew(&a, &b, typed, &where))
        typed = (piece){0, 0};
    uint32_t first;
    uint32_t past;
    range_of(&where, typed.head, a.count - typed.tail, c.count, &first, &past);
    append_part(out, theirs, &c, 0, first);
    append_part(out, mine, &b, typed.head, b.count - typed.tail);
    append_part(out, theirs, &c, past, c.count);
    tr_free(where.at);
    letters_done(&a);
    letters_done(&b);
    letters_done(&c);
}

void tr_text_merge(tr_slice base, tr_slice mine, tr_slice theirs, tr_buf *out)
{
    if (tr_slice_equal(theirs, base) || tr_slice_equal(theirs, mine))
        tr_buf_append(out, mine.data, mine.size);
    else if (tr_slice_equal(mine, base))
        tr_buf_append(out, theirs.data, theirs.size);
    else
        merge(base, mine, theirs, out);
}
