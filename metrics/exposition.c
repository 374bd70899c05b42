#include "metrics/exposition.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/table.h"
#include "troupe/err.h"
#include "wire/reader.h"

enum { VALUES_CAP = TR_METRIC_BUCKETS + 1, LABELS_CAP_BYTES = 1024 };

typedef struct sample {
    const tr_metric_family *family;
    uint64_t values[VALUES_CAP]; // of a histogram: buckets and sum
    UT_hash_handle by_key;
    const char *labels; // within key
    char key[];         // the family's place and the labels
} sample;

struct tr_exposition {
    sample *samples;
    uint32_t count;
};

tr_exposition *tr_exposition_new(void)
{
    return tr_new(tr_exposition);
}

void tr_exposition_free(tr_exposition **self)
{
    if (*self == NULL)
        return;
    sample *at;
    sample *next;
    HASH_ITER (by_key, (*self)->samples, at, next) {
        HASH_DELETE(by_key, (*self)->samples, at);
        tr_free(at);
    }
    tr_free(*self);
    *self = NULL;
}

static bool is_histogram(const tr_metric_family *family)
{
    return family->kind == TR_METRIC_LATENCY || family->kind == TR_METRIC_SIZES;
}

// NULL: there are too many.
static sample *sample_of(tr_exposition *self, const tr_metric_family *family, const char *labels,
                         tr_slice more)
{
    char key[LABELS_CAP_BYTES];
    int size = snprintf(key, sizeof key, "%03u %s%s%.*s", (unsigned)(family - tr_metric_families),
                        labels, *labels != '\0' && more.size != 0 ? "," : "", (int)more.size,
                        more.data != NULL ? more.data : "");
    if (size < 0 || (size_t)size >= sizeof key)
        return NULL;
    sample *found = NULL;
    HASH_FIND(by_key, self->samples, key, (size_t)size, found);
    if (found != NULL || self->count >= TR_EXPOSITION_CAP)
        return found;
    found = tr_calloc(1, sizeof *found + (size_t)size + 1);
    memcpy(found->key, key, (size_t)size + 1);
    found->labels = strchr(found->key, ' ') + 1;
    found->family = family;
    HASH_ADD_KEYPTR(by_key, self->samples, found->key, (size_t)size, found);
    self->count++;
    return found;
}

static void add_values(sample *self, const uint64_t *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (self->family->kind != TR_METRIC_MAXIMUM)
            self->values[i] += values[i];
        else if (values[i] > self->values[i])
            self->values[i] = values[i];
}

static void add_row(tr_exposition *self, tr_reader *in, const char *labels)
{
    if (tr_reader_array(in) != 3)
        in->failed = true;
    const tr_metric_family *family = tr_metric_find(tr_reader_text(in));
    tr_slice own = tr_reader_text(in);
    uint32_t count = tr_reader_array(in);
    uint64_t values[VALUES_CAP] = {0};
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        uint64_t value = tr_reader_unsigned(in);
        if (i < VALUES_CAP)
            values[i] = value;
    }
    // Of another version: not known, or cut otherwise.
    if (in->failed || family == NULL || count != (is_histogram(family) ? VALUES_CAP : 1))
        return;
    sample *found = sample_of(self, family, labels, own);
    if (found != NULL)
        add_values(found, values, count);
}

int tr_exposition_add(tr_exposition *self, tr_slice rows, const char *labels)
{
    tr_reader in = tr_reader_of(rows);
    uint32_t count = tr_reader_array(&in);
    for (uint32_t i = 0; i < count && !in.failed; i++)
        add_row(self, &in, labels);
    return in.failed ? TR_EMALFORMED : 0;
}

// -- reading --

static uint64_t count_of(const sample *self)
{
    uint64_t count = 0;
    for (unsigned i = 0; is_histogram(self->family) && i < TR_METRIC_BUCKETS; i++)
        count += self->values[i];
    return is_histogram(self->family) ? count : self->values[0];
}

uint64_t tr_exposition_total(const tr_exposition *self, enum tr_metric metric, const char *label)
{
    uint64_t total = 0;
    for (const sample *at = self->samples; at != NULL; at = at->by_key.next)
        if (at->family == &tr_metric_families[metric] && strstr(at->labels, label) != NULL)
            total += count_of(at);
    return total;
}

static void sum_buckets(const tr_exposition *self, const tr_metric_family *family,
                        uint64_t out[TR_METRIC_BUCKETS])
{
    if (self == NULL)
        return;
    for (const sample *at = self->samples; at != NULL; at = at->by_key.next)
        for (unsigned i = 0; at->family == family && i < TR_METRIC_BUCKETS; i++)
            out[i] += at->values[i];
}

double tr_exposition_percentile(const tr_exposition *self, const tr_exposition *before,
                                enum tr_metric metric, unsigned percent)
{
    const tr_metric_family *family = &tr_metric_families[metric];
    uint64_t buckets[TR_METRIC_BUCKETS] = {0};
    uint64_t old[TR_METRIC_BUCKETS] = {0};
    sum_buckets(self, family, buckets);
    sum_buckets(before, family, old);
    uint64_t count = 0;
    for (unsigned i = 0; i < TR_METRIC_BUCKETS; i++) {
        buckets[i] -= old[i] < buckets[i] ? old[i] : buckets[i]; // it may have started anew
        count += buckets[i];
    }
    uint64_t wanted = (count * percent + 99) / 100;
    unsigned bucket = 0;
    for (uint64_t seen = buckets[0]; seen < wanted && bucket < TR_METRIC_BUCKETS - 2;)
        seen += buckets[++bucket];
    return count != 0 ? (double)tr_metric_bound(family, bucket) / (double)family->scale : 0;
}

// -- writing --

static const char *type_of(const tr_metric_family *family)
{
    return is_histogram(family)                ? "histogram"
           : family->kind == TR_METRIC_COUNTER ? "counter"
                                               : "gauge";
}

// 17 digits carry a double; whole numbers have no point.
static void write_value(tr_buf *out, uint64_t value, uint64_t scale)
{
    if (scale == 1)
        tr_buf_printf(out, "%llu\n", (unsigned long long)value);
    else
        tr_buf_printf(out, "%.15g\n", (double)value / (double)scale);
}

static void write_name(tr_buf *out, const sample *self, const char *suffix, const char *bound)
{
    bool has_labels = *self->labels != '\0';
    tr_buf_printf(out, "%s%s", self->family->name, suffix);
    if (bound != NULL)
        tr_buf_printf(out, "{%s%sle=\"%s\"} ", self->labels, has_labels ? "," : "", bound);
    else if (has_labels)
        tr_buf_printf(out, "{%s} ", self->labels);
    else
        tr_buf_printf(out, " ");
}

static void write_histogram(tr_buf *out, const sample *self)
{
    uint64_t so_far = 0;
    for (unsigned i = 0; i < TR_METRIC_BUCKETS; i++) {
        char bound[32] = "+Inf";
        if (i < TR_METRIC_BUCKETS - 1)
            (void)tr_format(bound, sizeof bound, "%.15g",
                            (double)tr_metric_bound(self->family, i) / (double)self->family->scale);
        so_far += self->values[i];
        write_name(out, self, "_bucket", bound);
        write_value(out, so_far, 1);
    }
    write_name(out, self, "_sum", NULL);
    write_value(out, self->values[TR_METRIC_BUCKETS], self->family->scale);
    write_name(out, self, "_count", NULL);
    write_value(out, so_far, 1);
}

static int by_key(sample *one, sample *two)
{
    return strcmp(one->key, two->key);
}

void tr_exposition_write(tr_exposition *self, tr_buf *out)
{
    HASH_SRT(by_key, self->samples, by_key);
    const tr_metric_family *family = NULL;
    for (const sample *at = self->samples; at != NULL; at = at->by_key.next) {
        if (at->family != family)
            tr_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", at->family->name, at->family->help,
                          at->family->name, type_of(at->family));
        family = at->family;
        if (is_histogram(family)) {
            write_histogram(out, at);
            continue;
        }
        write_name(out, at, "", NULL);
        write_value(out, at->values[0], family->scale);
    }
}
