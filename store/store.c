#include "store/store.h"

#include "base/mem.h"
#include "store/engine.h"
#include "store/ranges.h"
#include "store/single.h"

void tr_store_public_url(const char *url, char *out, size_t out_size)
{
    if (tr_ranges_is(url))
        tr_ranges_public_url(url, out, out_size);
    else
        tr_single_public_url(url, out, out_size);
}

static int check_ranges(const char *url, char *why, size_t why_size)
{
    tr_store_range *ranges = tr_calloc(TR_STORE_RANGES_CAP, sizeof *ranges);
    int count = tr_ranges_parse(url, ranges, why, why_size);
    tr_free(ranges);
    return count < 0 ? count : 0;
}

int tr_store_check_url(const char *url, char *why, size_t why_size)
{
    return tr_ranges_is(url) ? check_ranges(url, why, why_size)
                             : tr_single_check_url(url, why, why_size);
}

int tr_store_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    return tr_ranges_is(url) ? tr_ranges_prepare(url, identity, why, why_size)
                             : tr_single_prepare(url, identity, why, why_size);
}

static int open_ranges(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                       const tr_record_keys *keys, tr_store **out)
{
    tr_store *self = tr_new(tr_store);
    int result = tr_ranges_open(loop, url, patience_ms, keys, &self->parts);
    if (result == 0)
        *out = self;
    else
        tr_free(self);
    return result;
}

int tr_store_open(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                  const tr_record_keys *keys, tr_store **out)
{
    return tr_ranges_is(url) ? open_ranges(loop, url, patience_ms, keys, out)
                             : tr_single_open(loop, url, patience_ms, keys, out);
}

int tr_store_submit(tr_store *self, tr_store_op *op)
{
    return self->parts != NULL ? tr_ranges_submit(self->parts, op) : tr_single_submit(self, op);
}

tr_store_pending tr_store_pending_get(const tr_store *self)
{
    return self->parts != NULL ? tr_ranges_pending(self->parts) : tr_single_pending(self);
}

bool tr_store_is_away(const tr_store *self)
{
    return self->parts != NULL ? tr_ranges_is_away(self->parts) : tr_single_is_away(self);
}

const char *tr_store_kind(const tr_store *self)
{
    return self->parts != NULL ? "ranges" : tr_single_kind(self);
}

void tr_store_close(tr_store **self)
{
    tr_store *store = *self;
    if (store == NULL || store->parts == NULL) {
        tr_single_close(self);
        return;
    }
    tr_ranges_close(store->parts);
    tr_free(store);
    *self = NULL;
}
