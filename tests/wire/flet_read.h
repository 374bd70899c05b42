#ifndef TR_TESTS_WIRE_FLET_READ_H
#define TR_TESTS_WIRE_FLET_READ_H

// Flet's packets, read from a block of exactly their size.

#include "hex.h"
#include "wire/flet.h"

static inline int read_exact(const tr_buf *written, tr_flet_packet *out)
{
    uint8_t *copy = exact_copy(written->data, written->size);
    int rc = tr_flet_read(copy, written->size, out);
    tr_free(copy); // the memory that `out` points to is gone: only for codes and numbers
    return rc;
}

#endif
