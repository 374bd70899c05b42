#ifndef TR_GATEWAY_UPLOAD_JOB_H
#define TR_GATEWAY_UPLOAD_JOB_H

// The work of an upload on pool threads: everything that may wait for a disk. A job is a value,
// with the bytes to be written behind it: nothing in it is shared with the core thread.
//
// Thread: tr_upload_job_run on a pool thread.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/actors/pool.h"
#include "uploads/partial_file.h"
#include "uploads/upload_file.h"
#include "wire/session_id.h"

enum tr_upload_job_kind {
    TR_UPLOAD_JOB_OPEN, // gives the tr_upload_file
    TR_UPLOAD_JOB_WRITE,
    TR_UPLOAD_JOB_SYNC,
    TR_UPLOAD_JOB_KEEP, // gives the name that it has got
    TR_UPLOAD_JOB_CLOSE,
    // Of a file that comes in several requests (uploads/partial_file.h):
    TR_UPLOAD_JOB_CREATE, // `length`, `expires_s`
    TR_UPLOAD_JOB_FIND,   // gives the tr_partial
    TR_UPLOAD_JOB_RESUME, // gives the tr_upload_resumed
    TR_UPLOAD_JOB_LEAVE,  // closes it
    TR_UPLOAD_JOB_DISCARD // removes it, if it is there
};

typedef struct tr_upload_job {
    enum tr_upload_job_kind kind;
    bool replaces;
    const char *folder; // outlives the process's core threads
    tr_upload_file file;
    char name[TR_FILE_NAME_CAP_BYTES + 1];
    char token[TR_SESSION_ID_SIZE + 1];
    uint64_t length;
    uint64_t expires_s;
} tr_upload_job;

typedef struct tr_upload_resumed {
    tr_upload_file file;
    tr_partial partial;
} tr_upload_resumed;

// 0, or a number of errno.
int64_t tr_upload_job_run(tr_pool_thread *thread, const void *input, size_t size);

// Is that why: the disk, the quota, the largest file there may be?
bool tr_upload_is_no_room(int64_t failure);

#endif
