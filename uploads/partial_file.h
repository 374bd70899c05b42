#ifndef TR_UPLOADS_PARTIAL_FILE_H
#define TR_UPLOADS_PARTIAL_FILE_H

// Files that come in several requests (tus 1.0): between two of them they lie in the incoming
// folder under TOKEN-LENGTH-EXPIRES.tus, so that any gateway with that folder can go on. What they
// have is their size. Who writes one holds its lock (flock); whose time is over and who has no
// lock is swept.
//
// Functions return 0 or a number of errno, negative.
//
// Thread: they block, so a pool thread.

#include <stdint.h>

#include "uploads/upload_file.h"

typedef struct tr_partial {
    uint64_t length; // of the whole, bytes
    uint64_t offset; // so much is there
} tr_partial;

// A new one, empty; others of that token are removed. -EWOULDBLOCK: somebody writes to one.
int tr_partial_create(const char *folder, const char *token, uint64_t length, uint64_t expires_s)
    __attribute__((warn_unused_result));

// -ENOENT: there is none.
int tr_partial_find(const char *folder, const char *token, tr_partial *out)
    __attribute__((warn_unused_result));

// Opens it to be written at its end, locked: -ENOENT, -EWOULDBLOCK. Closed by tr_partial_leave, or
// by tr_upload_file_close, which removes it.
int tr_partial_open(const char *folder, const char *token, tr_upload_file *out_file,
                    tr_partial *out) __attribute__((warn_unused_result));

// Closes it, and leaves it for another request.
void tr_partial_leave(tr_upload_file *self);

#endif
