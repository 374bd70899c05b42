#ifndef TR_GATEWAY_UPLOAD_JOB_H
#define TR_GATEWAY_UPLOAD_JOB_H

// What an upload has pool threads do: everything that may wait for a disk. A job is a value, with
// the bytes to be written behind it: nothing in it is shared with the core thread.
//
// Thread: tr_upload_job_run on a pool thread.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/actors/pool.h"
#include "uploads/upload_file.h"

enum tr_upload_job_kind {
    TR_UPLOAD_JOB_OPEN, // gives the tr_upload_file
    TR_UPLOAD_JOB_WRITE,
    TR_UPLOAD_JOB_SYNC,
    TR_UPLOAD_JOB_KEEP, // gives the name that it has got
    TR_UPLOAD_JOB_CLOSE
};

typedef struct tr_upload_job {
    enum tr_upload_job_kind kind;
    bool replaces;
    const char *folder; // outlives the process's core threads
    tr_upload_file file;
    char name[TR_FILE_NAME_CAP_BYTES + 1];
} tr_upload_job;

// 0, or a number of errno.
int64_t tr_upload_job_run(tr_pool_thread *thread, const void *input, size_t size);

// Is that why: the disk, the quota, the largest file there may be?
bool tr_upload_is_no_room(int64_t failure);

#endif
