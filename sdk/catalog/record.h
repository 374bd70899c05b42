#ifndef TR_SDK_CATALOG_RECORD_H
#define TR_SDK_CATALOG_RECORD_H

// Values from the browser become C structs, by their tables.
//
// Thread: the handler's.

#include "sdk/catalog/scratch.h"
#include "sdk/catalog/tables.h"
#include "wire/reader.h"

// Reads one value into `out`, whose type goes by `reading`; what it points to is `scratch`'s. 0;
// TR_EMALFORMED (another type, a field that must be there is missing), TR_EFULL (no scratch left):
// `out` is undefined.
int tr_record_read(tr_reader *in, tr_reading reading, tr_scratch *scratch, void *out)
    __attribute__((warn_unused_result));

// The struct of that number itself; NULL on failure, with *out_result as above.
const void *tr_record_read_struct(tr_slice value, unsigned number, tr_scratch *scratch,
                                  int *out_result);

#endif
