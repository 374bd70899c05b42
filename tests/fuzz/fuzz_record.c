#include "fuzz.h"

#include "base/must.h"
#include "sdk/catalog/record.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/scan.h"

// Results of methods and payloads of events, from a browser that sends anything: the first two
// bytes choose what is expected, the rest is what came.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // As in life: what has not been scanned never gets here.
    if (size < 2 || tr_scan(data + 2, size - 2) != 0)
        return 0;
    unsigned choice = data[0] | (unsigned)data[1] << 8;
    tr_slice bytes = {(const char *)data + 2, (uint32_t)(size - 2)};
    tr_scratch scratch = {0};
    int result = 0;
    if (choice & 1) {
        unsigned at = (choice >> 1) % tr_generated_event_class_count;
        const void *made =
            tr_record_read_struct(bytes, tr_generated_event_classes[at].record, &scratch, &result);
        tr_must((made != NULL) == (result == 0));
    } else {
        unsigned at = 1 + (choice >> 1) % (tr_generated_method_count - 1);
        union {
            double number;
            int64_t integer;
            const void *pointer;
        } out = {0};
        tr_reader in = tr_reader_of(bytes);
        result = tr_record_read(&in, tr_generated_methods[at].returns, &scratch, &out);
    }
    tr_must(result == 0 || result == TR_EMALFORMED || result == TR_EFULL);
    tr_must(scratch.size <= TR_RESULTS_CAP_BYTES);
    tr_scratch_clear(&scratch);
    return 0;
}
