#include "host/cluster_metrics.h"

#include <string.h>

#include "metrics/exposition.h"

// A line each.
static uint32_t count_failures(const tr_inspection *seen)
{
    uint32_t lines = 0;
    for (size_t i = 0; i < seen->failures.size; i++)
        lines += seen->failures.data[i] == '\n';
    return lines;
}

void tr_cluster_metrics(const tr_inspection *seen, tr_buf *out)
{
    tr_exposition *sums = tr_exposition_new();
    uint32_t unreachable = count_failures(seen);
    for (uint32_t i = 0; i < seen->count; i++) {
        tr_buf label = {0};
        tr_metric_label(&label, "node", seen->cores[i].name);
        unreachable +=
            tr_exposition_add(sums, tr_buf_slice(&seen->cores[i].metrics), tr_buf_text(&label)) < 0;
        tr_buf_done(&label);
    }
    tr_metric_rows own = {0};
    tr_buf array = {0};
    tr_metric_put(&own, TR_METRIC_OF_unreachable, "", unreachable);
    tr_metric_rows_write(&own, &array);
    (void)tr_exposition_add(sums, tr_buf_slice(&array), ""); // it is ours
    tr_buf_done(&own.rows);
    tr_buf_done(&array);
    tr_exposition_write(sums, out);
    tr_exposition_free(&sums);
}
