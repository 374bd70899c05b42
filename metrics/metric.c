#include "metrics/metric.h"

#include "wire/writer.h"

#define FAMILY(id, metric_kind, metric_scale, metric_name, metric_help)                            \
    [TR_METRIC_OF_##id] = {.name = (metric_name),                                                  \
                           .help = (metric_help),                                                  \
                           .kind = TR_METRIC_##metric_kind,                                        \
                           .scale = (metric_scale)},
#define TALLY(...)
#define TIMED(...)
const tr_metric_family tr_metric_families[TR_METRIC_FAMILIES] = {
#include "metrics/metrics.def"
};
#undef FAMILY
#undef TALLY
#undef TIMED

const tr_metric_family *tr_metric_find(tr_slice name)
{
    for (unsigned i = 0; i < TR_METRIC_FAMILIES; i++)
        if (tr_slice_is(name, tr_metric_families[i].name))
            return &tr_metric_families[i];
    return NULL;
}

// In units of 10 µs: from 0.1 ms to a minute.
static const uint64_t latency_steps[TR_METRIC_BUCKETS - 1] = {
    10,    25,    50,    100,    250,    500,    1000,    2500,   5000,
    10000, 25000, 50000, 100000, 250000, 500000, 3000000, 6000000};

uint64_t tr_metric_bound(const tr_metric_family *family, unsigned bucket)
{
    if (family->kind == TR_METRIC_SIZES)
        return (uint64_t)1 << bucket;
    return latency_steps[bucket] * family->scale / 100000;
}

unsigned tr_metric_bucket(const tr_metric_family *family, uint64_t value)
{
    unsigned bucket = 0;
    while (bucket < TR_METRIC_BUCKETS - 1 && value > tr_metric_bound(family, bucket))
        bucket++;
    return bucket;
}

static void begin_row(tr_metric_rows *out, enum tr_metric metric, const char *labels,
                      uint32_t values)
{
    out->count++;
    tr_write_array(&out->rows, 3);
    tr_write_literal(&out->rows, tr_metric_families[metric].name);
    tr_write_literal(&out->rows, labels);
    tr_write_array(&out->rows, values);
}

void tr_metric_put(tr_metric_rows *out, enum tr_metric metric, const char *labels, uint64_t value)
{
    begin_row(out, metric, labels, 1);
    tr_write_unsigned(&out->rows, value);
}

void tr_metric_put_histogram(tr_metric_rows *out, enum tr_metric metric, const char *labels,
                             const tr_histogram_counts *counts)
{
    begin_row(out, metric, labels, TR_METRIC_BUCKETS + 1);
    for (unsigned i = 0; i < TR_METRIC_BUCKETS; i++)
        tr_write_unsigned(&out->rows, counts->buckets[i]);
    tr_write_unsigned(&out->rows, counts->sum);
}

void tr_metric_rows_write(const tr_metric_rows *self, tr_buf *out)
{
    tr_write_array(out, self->count);
    tr_write_raw(out, tr_buf_slice(&self->rows));
}

void tr_metric_label(tr_buf *out, const char *name, const char *value)
{
    tr_buf_printf(out, "%s%s=\"", out->size != 0 ? "," : "", name);
    for (; *value != '\0'; value++)
        if (*value == '\n')
            tr_buf_append(out, "\\n", 2);
        else
            tr_buf_printf(out, "%s%c", *value == '"' || *value == '\\' ? "\\" : "", *value);
    tr_buf_append(out, "\"", 1);
}
