#include "tests/support/browser_numbers.h"

#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "wire/flet.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { KEPT_CAP = 4096 };

struct browser_numbers {
    uint64_t document;
    uint32_t last;         // of ours
    uint32_t first;        // of those kept
    uint32_t taken;        // by the session, as it said at the registration
    uint32_t seen;         // of the session's
    tr_buf kept[KEPT_CAP]; // number n at n % KEPT_CAP, without its head
};

browser_numbers *browser_numbers_new(void)
{
    static uint64_t documents;
    browser_numbers *self = tr_new(browser_numbers);
    self->document = ++documents;
    self->first = 1;
    return self;
}

static void confirm(browser_numbers *self, uint32_t number)
{
    ck_assert_uint_le(number, self->last);
    for (; self->first <= number; self->first++)
        tr_buf_done(&self->kept[self->first % KEPT_CAP]);
}

void browser_numbers_free(browser_numbers **self)
{
    if (*self != NULL)
        confirm(*self, (*self)->last);
    tr_free(*self);
    *self = NULL;
}

void browser_numbers_write(const browser_numbers *self, tr_buf *out)
{
    tr_write_literal(out, "resume");
    tr_write_array(out, 3);
    tr_write_unsigned(out, self->document);
    tr_write_unsigned(out, self->first);
    tr_write_unsigned(out, self->seen);
}

static uint32_t number_at(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

size_t browser_numbers_take(browser_numbers *self, const uint8_t *bytes, size_t size)
{
    ck_assert_uint_ge(size, TR_FLET_SEEN_BYTES);
    ck_assert_uint_eq(bytes[0], TR_FLET_TROUPE);
    if (bytes[1] == TR_FLET_OWN_SEEN) {
        confirm(self, number_at(bytes + 2));
        return size;
    }
    ck_assert_uint_gt(size, TR_FLET_HEAD_BYTES + 3);
    uint32_t number = number_at(bytes + 2);
    bool is_answer = bytes[TR_FLET_HEAD_BYTES + 2] == TR_FLET_REGISTER;
    if (!is_answer)
        ck_assert_uint_eq(number, self->seen + 1);
    self->seen = number;
    confirm(self, number_at(bytes + 6));
    return TR_FLET_HEAD_BYTES;
}

void browser_numbers_answered(browser_numbers *self, tr_slice body)
{
    tr_reader value = tr_reader_find(body, "taken");
    self->taken = (uint32_t)tr_reader_unsigned(&value);
    ck_assert(!value.failed);
}

static void with_head(const browser_numbers *self, uint32_t number, tr_slice packet, tr_buf *out)
{
    uint8_t head[TR_FLET_HEAD_BYTES];
    tr_flet_write_head(head, number, self->seen);
    out->size = 0;
    tr_buf_append(out, head, sizeof head);
    tr_buf_append(out, packet.data, packet.size);
}

void browser_numbers_keep(browser_numbers *self, tr_buf *packet)
{
    uint32_t number = ++self->last;
    ck_assert_uint_lt(number - self->first, KEPT_CAP);
    self->kept[number % KEPT_CAP] = *packet;
    *packet = (tr_buf){0};
    with_head(self, number, tr_buf_slice(&self->kept[number % KEPT_CAP]), packet);
}

bool browser_numbers_kept(const browser_numbers *self, unsigned i, tr_buf *out)
{
    uint32_t number = (self->taken >= self->first ? self->taken + 1 : self->first) + i;
    if (number > self->last)
        return false;
    with_head(self, number, tr_buf_slice(&self->kept[number % KEPT_CAP]), out);
    return true;
}

unsigned browser_numbers_unsafe(const browser_numbers *self)
{
    return self->last + 1 - self->first;
}
