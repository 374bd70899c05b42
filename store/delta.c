#include "store/delta.h"

#include <endian.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/load.h"

enum {
    VERSION = 1,
    BEFORE_AT = 7,
    AFTER_AT = 15,
    HEAD_BYTES = TR_DELTA_HEAD_BYTES,
    GRAM = 8,          // so many equal bytes are where both go on alike
    SURE = 64,         // where so many are equal, nothing better is looked for
    OVERWRITTEN = 64,  // bytes that a value of the same size in its place may have
    NEAR = 512,        // so far is looked for what was moved by some bytes,
    NEAR_SLOTS = 1024, //
    NEAR_TRIES = 64,   // so often;
    FAR_STRIDE = 32,   // farther only each so many bytes,
    FAR_CAP = 1 << 20, //
    FAR_TRIES = 4
};

static const uint8_t magic[] = {0xc1, 'D', VERSION};

static uint64_t gram_at(const void *at)
{
    uint64_t gram;
    memcpy(&gram, at, sizeof gram);
    return gram;
}

static uint64_t stir(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
    return sum ^ sum >> 29;
}

// As tr_hash, and several times as fast: four sums at once, since one waits for itself.
static uint64_t digest(tr_slice bytes)
{
    enum { LANES = 4, WORD = 8, BLOCK = LANES * WORD };
    uint64_t sums[LANES] = {TR_HASH_BEGIN, 1, 2, 3};
    const char *at = bytes.data;
    const char *end = at + bytes.size;
    for (; end - at >= BLOCK; at += BLOCK)
        for (unsigned i = 0; i < LANES; i++)
            sums[i] = stir(sums[i], le64toh(gram_at(at + (size_t)i * WORD)));
    uint64_t sum = bytes.size;
    for (unsigned i = 0; i < LANES; i++)
        sum = stir(sum, sums[i]);
    for (; end - at >= WORD; at += WORD)
        sum = stir(sum, le64toh(gram_at(at)));
    for (; at != end; at++)
        sum = stir(sum, (uint8_t)*at);
    return tr_mix(sum);
}

// -- encoding --

typedef struct encoder {
    const uint8_t *old; // what is not told of yet
    const uint8_t *new;
    const uint8_t *old_end;
    const uint8_t *new_end;
    unsigned near_tries;
    unsigned far_tries;
} encoder;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t old_left(const encoder *self)
{
    return (size_t)(self->old_end - self->old);
}

static size_t new_left(const encoder *self)
{
    return (size_t)(self->new_end - self->new);
}

static size_t count_same(const encoder *self)
{
    size_t cap = smaller(old_left(self), new_left(self));
    size_t at = 0;
    while (cap - at >= GRAM && gram_at(self->old + at) == gram_at(self->new + at))
        at += GRAM;
    while (at < cap && self->old[at] == self->new[at])
        at++;
    return at;
}

static void trim_end(encoder *self)
{
    while (old_left(self) != 0 && new_left(self) != 0 && self->old_end[-1] == self->new_end[-1]) {
        self->old_end--;
        self->new_end--;
    }
}

// How many bytes go and come before both are alike again.
typedef struct hunk {
    size_t gone;
    size_t come;
} hunk;

static bool find_overwritten(const encoder *self, hunk *out)
{
    size_t left = smaller(old_left(self), new_left(self));
    size_t cap = left >= GRAM ? smaller(left - GRAM, OVERWRITTEN) : 0;
    for (size_t at = 1; at <= cap; at++) {
        if (gram_at(self->old + at) != gram_at(self->new + at))
            continue;
        *out = (hunk){at, at};
        return true;
    }
    return false;
}

typedef struct grams {
    uint32_t *slots; // where one is, and 1; 0: none
    unsigned bits;   // of their number
} grams;

static uint32_t *slot_of(const grams *self, uint64_t gram)
{
    return &self->slots[gram * 0x9e3779b97f4a7c15u >> (64 - self->bits)];
}

// Zeros lie everywhere: what they are beside tells nothing.
static bool is_uniform(uint64_t gram)
{
    return gram == (gram & 0xff) * 0x0101010101010101u;
}

// Of two that share a slot the first one stays.
static void note_grams(const grams *self, const uint8_t *bytes, size_t size, size_t stride)
{
    for (size_t at = (size - GRAM) / stride * stride + stride; at != 0;) {
        at -= stride;
        uint64_t gram = gram_at(bytes + at);
        if (!is_uniform(gram))
            *slot_of(self, gram) = (uint32_t)at + 1;
    }
}

// How far both go on alike from there, up to SURE.
static size_t reach_of(const encoder *self, const hunk *at)
{
    size_t cap = smaller(old_left(self) - at->gone, new_left(self) - at->come);
    size_t reach = 0;
    cap = smaller(cap, SURE);
    while (reach < cap && self->old[at->gone + reach] == self->new[at->come + reach])
        reach++;
    return reach;
}

static void widen_back(const encoder *self, hunk *io)
{
    while (io->gone != 0 && io->come != 0 && self->old[io->gone - 1] == self->new[io->come - 1]) {
        io->gone--;
        io->come--;
    }
}

static bool find_moved(const encoder *self, const grams *table, size_t reach, size_t stride,
                       hunk *out)
{
    size_t old_size = smaller(old_left(self), reach);
    size_t new_size = smaller(new_left(self), reach);
    if (old_size < GRAM || new_size < GRAM)
        return false;
    note_grams(table, self->old, old_size, stride);
    size_t longest = 0;
    for (size_t at = 0; at <= new_size - GRAM && longest < SURE; at++) {
        uint32_t found = *slot_of(table, gram_at(self->new + at));
        hunk here = {found - 1, at};
        size_t alike = found != 0 ? reach_of(self, &here) : 0;
        if (alike < GRAM || alike <= longest)
            continue;
        longest = alike;
        *out = here;
    }
    if (longest != 0)
        widen_back(self, out);
    return longest != 0;
}

static bool find_near(const encoder *self, hunk *out)
{
    uint32_t slots[NEAR_SLOTS] = {0};
    return find_moved(self, &(grams){slots, 10}, NEAR, 1, out);
}

static bool find_far(const encoder *self, hunk *out)
{
    unsigned bits = 6;
    while ((size_t)FAR_STRIDE << bits < 2 * smaller(old_left(self), FAR_CAP))
        bits++;
    grams table = {tr_calloc((size_t)1 << bits, sizeof *table.slots), bits};
    bool is_found = find_moved(self, &table, FAR_CAP, FAR_STRIDE, out);
    tr_free(table.slots);
    return is_found;
}

// False: it was looked for often enough.
static bool find_hunk(encoder *self, hunk *out)
{
    if (find_overwritten(self, out))
        return true;
    if (self->near_tries++ == NEAR_TRIES)
        return false;
    if (find_near(self, out))
        return true;
    *out = (hunk){old_left(self), new_left(self)};
    bool is_little = out->gone <= NEAR && out->come <= NEAR;
    if (is_little || self->far_tries++ == FAR_TRIES)
        return is_little;
    (void)find_far(self, out);
    return true;
}

static void write_count(size_t count, tr_buf *out)
{
    for (; count >= 0x80; count >>= 7)
        tr_buf_append(out, &(uint8_t){(uint8_t)(count | 0x80)}, 1);
    tr_buf_append(out, &(uint8_t){(uint8_t)count}, 1);
}

static void write_hunk(encoder *self, size_t same, const hunk *it, tr_buf *out)
{
    write_count(same, out);
    write_count(it->gone, out);
    write_count(it->come, out);
    tr_buf_append(out, self->new, it->come);
    self->old += it->gone;
    self->new += it->come;
}

static uint32_t check_of(const uint8_t *delta, size_t size)
{
    return (uint32_t)digest(
        (tr_slice){(const char *)delta + BEFORE_AT, (uint32_t)(size - BEFORE_AT)});
}

void tr_delta_write_head(tr_slice before, tr_slice after, uint8_t *head, size_t size)
{
    memcpy(head, magic, sizeof magic);
    tr_store_u64(head + BEFORE_AT, digest(before));
    tr_store_u64(head + AFTER_AT, digest(after));
    tr_store_u32(head + sizeof magic, check_of(head, size));
}

static const uint8_t *bytes_of(tr_slice slice)
{
    return (const uint8_t *)(slice.data != NULL ? slice.data : "");
}

static bool write_hunks(encoder *self, size_t end, tr_buf *out)
{
    trim_end(self);
    while (out->size <= end) {
        size_t same = count_same(self);
        self->old += same;
        self->new += same;
        if (old_left(self) == 0 && new_left(self) == 0)
            return true;
        hunk next;
        if (!find_hunk(self, &next) || next.come > end)
            return false;
        write_hunk(self, same, &next, out);
    }
    return false;
}

bool tr_delta_encode(tr_slice before, tr_slice after, size_t cap, tr_buf *out)
{
    size_t start = out->size;
    encoder self = {.old = bytes_of(before), .new = bytes_of(after)};
    self.old_end = self.old + before.size;
    self.new_end = self.new + after.size;
    (void)tr_buf_reserve(out, HEAD_BYTES);
    out->size += HEAD_BYTES;
    bool is_worth_it = write_hunks(&self, start + cap, out) && out->size <= start + cap;
    if (is_worth_it)
        tr_delta_write_head(before, after, out->data + start, out->size - start);
    else
        out->size = start;
    return is_worth_it;
}

// -- applying --

typedef struct decoder {
    const uint8_t *at;
    const uint8_t *end;
    bool has_failed;
} decoder;

static size_t read_count(decoder *self, size_t cap)
{
    size_t count = 0;
    for (unsigned shift = 0; shift < 35 && self->at != self->end; shift += 7) {
        uint8_t byte = *self->at++;
        count |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            self->has_failed |= count > cap;
            return self->has_failed ? 0 : count;
        }
    }
    self->has_failed = true;
    return 0;
}

static int check(tr_slice delta, tr_slice before)
{
    const uint8_t *head = bytes_of(delta);
    if (delta.size < HEAD_BYTES || memcmp(head, magic, sizeof magic) != 0 ||
        tr_load_u32(head + sizeof magic) != check_of(head, delta.size))
        return TR_EMALFORMED;
    return tr_load_u64(head + BEFORE_AT) == digest(before) ? 0 : TR_ENOTFOUND;
}

static void apply_hunk(decoder *self, tr_slice *before, tr_buf *out)
{
    size_t same = read_count(self, before->size);
    size_t gone = read_count(self, before->size - same);
    size_t come = read_count(self, SIZE_MAX);
    if (self->has_failed || come > (size_t)(self->end - self->at)) {
        self->has_failed = true;
        return;
    }
    tr_buf_append(out, before->data, same);
    tr_buf_append(out, self->at, come);
    self->at += come;
    before->data += same + gone;
    before->size -= (uint32_t)(same + gone);
}

int tr_delta_apply(tr_slice delta, tr_buf *io)
{
    tr_slice before = {(const char *)bytes_of(tr_buf_slice(io)), (uint32_t)io->size};
    int result = check(delta, before);
    if (result < 0)
        return result;
    decoder self = {bytes_of(delta) + HEAD_BYTES, bytes_of(delta) + delta.size, false};
    tr_buf after = {0};
    while (!self.has_failed && self.at != self.end)
        apply_hunk(&self, &before, &after);
    tr_buf_append(&after, before.data, before.size);
    bool is_whole =
        !self.has_failed && digest(tr_buf_slice(&after)) == tr_load_u64(bytes_of(delta) + AFTER_AT);
    if (!is_whole) {
        tr_buf_done(&after);
        return TR_EMALFORMED;
    }
    tr_buf_done(io);
    *io = after;
    return 0;
}
