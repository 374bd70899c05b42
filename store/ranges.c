#include "store/ranges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/engine.h"
#include "store/single.h"
#include "troupe/err.h"

static const char prefix[] = "ranges:";
enum { PREFIX_SIZE = sizeof prefix - 1 };

bool tr_ranges_is(const char *url)
{
    return strncmp(url, prefix, PREFIX_SIZE) == 0;
}

// -- what is written --

static const char *skip_spaces(const char *at)
{
    return at + strspn(at, " \t\n");
}

static const char *end_of_word(const char *at)
{
    return at + strcspn(at, " \t\n");
}

// NULL: there is none, or it is no shard's.
static const char *read_shard(const char *at, uint32_t *out)
{
    const char *first = at;
    *out = 0;
    for (; *at >= '0' && *at <= '9' && *out < TR_SHARDS; at++)
        *out = *out * 10 + (uint32_t)(*at - '0');
    return at != first && *out < TR_SHARDS ? at : NULL;
}

// The URL of a word FIRST-LAST=URL; NULL: it is none.
static const char *read_range(const char *at, tr_store_range *out)
{
    at = read_shard(at, &out->first);
    if (at == NULL || *at++ != '-')
        return NULL;
    at = read_shard(at, &out->last);
    return at != NULL && *at == '=' && out->first <= out->last ? at + 1 : NULL;
}

static bool is_kept(const char *url)
{
    return tr_store_is_shared(url) && !tr_ranges_is(url);
}

static int parse_word(const char *at, unsigned number, tr_store_range *out, char *why,
                      size_t why_size)
{
    const char *url = read_range(at, out);
    size_t size = url != NULL ? (size_t)(end_of_word(url) - url) : 0;
    if (url == NULL || size == 0 || size >= sizeof out->url)
        return tr_store_say(why, why_size, TR_EINVALID,
                            "range %u is not FIRST-LAST=URL with shards from 0 to %u", number,
                            TR_SHARDS - 1);
    memcpy(out->url, url, size);
    out->url[size] = '\0';
    char reason[256] = "it is lmdb:PATH or postgres://USER@HOST/DATABASE";
    if (is_kept(out->url) && tr_single_check_url(out->url, reason, sizeof reason) == 0)
        return 0;
    return tr_store_say(why, why_size, TR_EINVALID, "range %u: %s", number, reason);
}

static int by_first(const void *one, const void *other)
{
    const tr_store_range *a = one;
    const tr_store_range *b = other;
    return (a->first > b->first) - (a->first < b->first);
}

static int complain(const char *what, uint32_t first, uint32_t last, char *why, size_t why_size)
{
    if (first == last)
        return tr_store_say(why, why_size, TR_EINVALID, "%s shard %u", what, first);
    return tr_store_say(why, why_size, TR_EINVALID, "%s shards %u-%u", what, first, last);
}

static int check_cover(const tr_store_range *ranges, int count, char *why, size_t why_size)
{
    uint32_t next = 0;
    for (int i = 0; i < count; i++) {
        if (ranges[i].first > next)
            return complain("no range has", next, ranges[i].first - 1, why, why_size);
        if (ranges[i].first < next) {
            uint32_t last = ranges[i].last < next ? ranges[i].last : next - 1;
            return complain("two ranges have", ranges[i].first, last, why, why_size);
        }
        next = ranges[i].last + 1;
    }
    return next == TR_SHARDS ? count : complain("no range has", next, TR_SHARDS - 1, why, why_size);
}

int tr_ranges_parse(const char *url, tr_store_range out[TR_STORE_RANGES_CAP], char *why,
                    size_t why_size)
{
    int count = 0;
    for (const char *at = skip_spaces(url + PREFIX_SIZE); *at != '\0';
         at = skip_spaces(end_of_word(at))) {
        if (count == TR_STORE_RANGES_CAP)
            return tr_store_say(why, why_size, TR_EINVALID, "there are more than %u ranges",
                                TR_STORE_RANGES_CAP);
        if (parse_word(at, (unsigned)count + 1, &out[count], why, why_size) < 0)
            return TR_EINVALID;
        count++;
    }
    qsort(out, (size_t)count, sizeof *out, by_first);
    return check_cover(out, count, why, why_size);
}

// Where a shard lies is a part of what they are together.
static uint64_t identity_with(uint64_t so_far, const tr_store_range *range, uint64_t identity)
{
    uint64_t row[] = {range->first, range->last, identity};
    return tr_hash_more(so_far, row, sizeof row);
}

static int prepare_each(const tr_store_range *ranges, int count, uint64_t *identity, char *why,
                        size_t why_size)
{
    char reason[256] = "";
    int result = 0;
    *identity = TR_HASH_BEGIN;
    for (int i = 0; i < count && result == 0; i++) {
        uint64_t one = 0;
        result = tr_single_prepare(ranges[i].url, &one, reason, sizeof reason);
        *identity = identity_with(*identity, &ranges[i], one);
        if (result < 0)
            (void)tr_store_say(why, why_size, result, "of shards %u-%u: %s", ranges[i].first,
                               ranges[i].last, reason);
    }
    return result;
}

int tr_ranges_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    tr_store_range *ranges = tr_calloc(TR_STORE_RANGES_CAP, sizeof *ranges);
    int count = tr_ranges_parse(url, ranges, why, why_size);
    int result = count < 0 ? count : prepare_each(ranges, count, identity, why, why_size);
    tr_free(ranges);
    return result;
}

static void show_word(const char *at, char *out, size_t out_size)
{
    char word[TR_STORE_URL_CAP_BYTES + 16];
    const char *equals = at + strcspn(at, "= \t\n");
    const char *url = *equals == '=' ? equals + 1 : equals;
    size_t size = (size_t)(end_of_word(url) - url);
    char shown[TR_STORE_URL_CAP_BYTES] = "***";
    if (size < sizeof word) {
        memcpy(word, url, size);
        word[size] = '\0';
        tr_single_public_url(word, shown, sizeof shown);
    }
    (void)snprintf(out, out_size, " %.*s%s", (int)(url - at), at, shown);
}

void tr_ranges_public_url(const char *url, char *out, size_t out_size)
{
    size_t size = (size_t)snprintf(out, out_size, "%s", prefix);
    for (const char *at = skip_spaces(url + PREFIX_SIZE); *at != '\0' && size + 1 < out_size;
         at = skip_spaces(end_of_word(at))) {
        show_word(at, out + size, out_size - size);
        size += strlen(out + size);
    }
}

// -- the stores --

typedef struct part {
    uint32_t first;
    uint32_t last;
    tr_store *store;
} part;

struct tr_store_parts {
    uint32_t count;
    part parts[TR_STORE_RANGES_CAP];
};

int tr_ranges_open(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                   const tr_record_keys *keys, tr_store_parts **out)
{
    char why[256];
    tr_store_range *ranges = tr_calloc(TR_STORE_RANGES_CAP, sizeof *ranges);
    tr_store_parts *self = tr_new(tr_store_parts);
    int count = tr_ranges_parse(url, ranges, why, sizeof why);
    int result = count < 0 ? count : 0;
    for (int i = 0; i < count && result == 0; i++) {
        part *one = &self->parts[i];
        *one = (part){.first = ranges[i].first, .last = ranges[i].last};
        result = tr_single_open(loop, ranges[i].url, patience_ms, keys, &one->store);
        self->count += result == 0;
    }
    tr_free(ranges);
    if (result == 0)
        *out = self;
    else
        tr_ranges_close(self);
    return result;
}

void tr_ranges_close(tr_store_parts *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        tr_single_close(&self->parts[i].store);
    tr_free(self);
}

static tr_store *store_of(const tr_store_parts *self, const tr_store_op *op)
{
    int of_id = op->verb == TR_STORE_LOAD ? tr_session_id_shard(tr_slice_of(op->id)) : -1;
    uint32_t shard = of_id >= 0 ? (uint32_t)of_id : op->shard;
    for (uint32_t i = 0; i < self->count; i++)
        if (shard >= self->parts[i].first && shard <= self->parts[i].last)
            return self->parts[i].store;
    return self->parts[0].store;
}

// One that all stores are asked: its own part of it is over when all of them are.
typedef struct question {
    tr_store_op *asked;
    uint32_t left;
} question;

// Leases lie in every store alike, owners only in that of their shard.
static void note_answer(tr_store_op *asked, const tr_store_op *answer)
{
    if (asked->status < 0)
        return;
    if (answer->status < 0) {
        asked->status = answer->status;
        asked->rows.size = 0;
    } else if (asked->verb == TR_STORE_SHARDS || asked->rows.size == 0) {
        asked->status += answer->status;
        tr_buf_append(&asked->rows, answer->rows.data, answer->rows.size);
    }
}

static void on_answer(tr_store_op *answer)
{
    question *self = answer->arg;
    note_answer(self->asked, answer);
    tr_store_op_free(answer);
    if (--self->left != 0)
        return;
    tr_store_op *asked = self->asked;
    tr_free(self);
    asked->done(asked);
}

static tr_store_op *copy_of(const tr_store_op *op, question *for_it)
{
    tr_store_op *copy = tr_store_op_new(op->verb, on_answer, for_it);
    copy->node = op->node;
    copy->ttl_ms = op->ttl_ms;
    return copy;
}

static int ask_all(tr_store_parts *self, tr_store_op *op)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (tr_single_pending(self->parts[i].store).ops >= TR_STORE_PENDING_CAP)
            return TR_EFULL;
    question *all = tr_new(question);
    *all = (question){op, self->count};
    op->status = 0;
    op->rows.size = 0;
    for (uint32_t i = 0; i < self->count; i++)
        (void)!tr_single_submit(self->parts[i].store, copy_of(op, all)); // there is room
    return 0;
}

int tr_ranges_submit(tr_store_parts *self, tr_store_op *op)
{
    bool is_for_all =
        op->verb == TR_STORE_SHARDS || op->verb == TR_STORE_NODES || op->verb == TR_STORE_RENEW;
    return is_for_all ? ask_all(self, op) : tr_single_submit(store_of(self, op), op);
}

tr_store_pending tr_ranges_pending(const tr_store_parts *self)
{
    tr_store_pending all = {0};
    for (uint32_t i = 0; i < self->count; i++) {
        tr_store_pending one = tr_single_pending(self->parts[i].store);
        all.ops += one.ops;
        all.bytes += one.bytes;
        all.oldest_ms = one.oldest_ms > all.oldest_ms ? one.oldest_ms : all.oldest_ms;
    }
    return all;
}

bool tr_ranges_is_away(const tr_store_parts *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (tr_single_is_away(self->parts[i].store))
            return true;
    return false;
}
