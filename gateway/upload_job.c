#include "gateway/upload_job.h"

#include <errno.h>
#include <string.h>

static int open_one(tr_pool_thread *thread, const tr_upload_job *job)
{
    tr_upload_file file;
    int result = tr_upload_file_open(job->folder, &file);
    if (result == 0 && tr_pool_give(thread, &file, sizeof file) < 0)
        result = -EIO;
    return result;
}

static int keep_one(tr_pool_thread *thread, const tr_upload_job *job)
{
    char name[TR_STORED_NAME_CAP_BYTES + 1] = "";
    tr_upload_file file = job->file;
    int result = tr_upload_file_keep(&file, job->name, job->replaces, name);
    if (result == 0 && tr_pool_give(thread, name, sizeof name) < 0)
        result = -EIO;
    return result;
}

static int find_one(tr_pool_thread *thread, const tr_upload_job *job)
{
    tr_partial partial;
    int result = tr_partial_find(job->folder, job->token, &partial);
    if (result == 0 && tr_pool_give(thread, &partial, sizeof partial) < 0)
        result = -EIO;
    return result;
}

static int resume_one(tr_pool_thread *thread, const tr_upload_job *job)
{
    tr_upload_resumed resumed;
    int result = tr_partial_open(job->folder, job->token, &resumed.file, &resumed.partial);
    if (result == 0 && tr_pool_give(thread, &resumed, sizeof resumed) < 0)
        result = -EIO;
    return result;
}

static void discard_one(const tr_upload_job *job)
{
    tr_upload_resumed resumed;
    if (tr_partial_open(job->folder, job->token, &resumed.file, &resumed.partial) == 0)
        tr_upload_file_close(&resumed.file);
}

int64_t tr_upload_job_run(tr_pool_thread *thread, const void *input, size_t size)
{
    tr_upload_job job;
    int result = 0;
    memcpy(&job, input, sizeof job);
    switch (job.kind) {
    case TR_UPLOAD_JOB_OPEN:
        result = open_one(thread, &job);
        break;
    case TR_UPLOAD_JOB_WRITE:
        result =
            tr_upload_file_write(&job.file, (const char *)input + sizeof job, size - sizeof job);
        break;
    case TR_UPLOAD_JOB_SYNC:
        result = tr_upload_file_sync(&job.file);
        break;
    case TR_UPLOAD_JOB_KEEP:
        result = keep_one(thread, &job);
        break;
    case TR_UPLOAD_JOB_CLOSE:
        tr_upload_file_close(&job.file);
        break;
    case TR_UPLOAD_JOB_CREATE:
        result = tr_partial_create(job.folder, job.token, job.length, job.expires_s);
        break;
    case TR_UPLOAD_JOB_FIND:
        result = find_one(thread, &job);
        break;
    case TR_UPLOAD_JOB_RESUME:
        result = resume_one(thread, &job);
        break;
    case TR_UPLOAD_JOB_DISCARD:
        discard_one(&job);
        break;
    case TR_UPLOAD_JOB_LEAVE:
        tr_partial_leave(&job.file);
        break;
    }
    return -result;
}

bool tr_upload_is_no_room(int64_t failure)
{
    return failure == ENOSPC || failure == EDQUOT || failure == EFBIG;
}
