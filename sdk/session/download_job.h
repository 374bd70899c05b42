#ifndef TR_SDK_SESSION_DOWNLOAD_JOB_H
#define TR_SDK_SESSION_DOWNLOAD_JOB_H

// The next bytes of a download, on a pool thread: from a file, which is opened for each piece and
// is to be the one that it was at the start, or from a source of the app.
//
// Thread: tr_download_job_run on a pool thread.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/actors/pool.h"
#include "troupe/pages/download.h"

// In front of a path (with its closing zero byte) or a source's state.
typedef struct tr_download_job {
    const tr_source *source; // NULL: a file
    bool is_look;            // of a file: what is it?
    uint64_t offset;
    uint64_t identity; // that a file must have
    uint32_t cap;      // bytes that are wanted
} tr_download_job;

// In front of what is given: a source's state, as it is now, and the bytes.
typedef struct tr_download_found {
    uint64_t size; // of the whole file, bytes
    uint64_t identity;
} tr_download_found;

// How many bytes there are behind the rest, or TR_ENOTFOUND (no such file, or none that can be
// read), TR_ESYSTEM (it has changed; the disk or the source failed).
int64_t tr_download_job_run(tr_pool_thread *thread, const void *input, size_t size);

#endif
