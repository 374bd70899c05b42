#include "sdk/session/download_job.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "troupe/err.h"

static int fail(const char *what, const char *why)
{
    tr_log(TR_LOG_WARN, "event=download_failed of=%s reason=%s",
           tr_log_quote(what, (unsigned)strlen(what)), tr_log_quote(why, (unsigned)strlen(why)));
    return TR_ESYSTEM;
}

// Another file of that name, or the same one written to, has another.
static uint64_t identity_of(const struct stat *info)
{
    uint64_t parts[] = {(uint64_t)info->st_dev, (uint64_t)info->st_ino, (uint64_t)info->st_size,
                        (uint64_t)info->st_mtim.tv_sec, (uint64_t)info->st_mtim.tv_nsec};
    return tr_hash(parts, sizeof parts);
}

static int64_t read_at(int file, char *out, size_t cap, uint64_t offset)
{
    size_t size = 0;
    while (size < cap) {
        ssize_t got = pread(file, out + size, cap - size, (off_t)(offset + size));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        size += (size_t)got;
    }
    return (int64_t)size;
}

static int64_t read_open(const tr_download_job *job, const char *path, int file, char *out)
{
    struct stat info;
    if (fstat(file, &info) < 0 || !S_ISREG(info.st_mode))
        return TR_ENOTFOUND;
    tr_download_found found = {.size = (uint64_t)info.st_size, .identity = identity_of(&info)};
    memcpy(out, &found, sizeof found);
    if (job->is_look)
        return 0;
    if (found.identity != job->identity)
        return fail(path, "the file was changed while it was downloaded");
    int64_t size = read_at(file, out + sizeof found, job->cap, job->offset);
    return size < 0 ? fail(path, strerror((int)-size)) : size;
}

static int64_t read_file(const tr_download_job *job, const char *path, char *out)
{
    // Not blocked by what is no file at all.
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) {
        (void)fail(path, strerror(errno));
        return TR_ENOTFOUND;
    }
    int64_t result = read_open(job, path, file, out);
    (void)close(file);
    return result;
}

static int64_t read_source(const tr_download_job *job, size_t state_size, char *state, char *bytes)
{
    tr_piece piece = {.offset = job->offset,
                      .bytes = bytes,
                      .cap = job->cap,
                      .state = state,
                      .state_size = state_size};
    int64_t size = job->source->read(&piece);
    if (size < 0)
        return fail(job->source->name, tr_err_text((int)size));
    return size <= (int64_t)job->cap ? size : fail(job->source->name, "it gave too many bytes");
}

int64_t tr_download_job_run(tr_pool_thread *thread, const void *input, size_t size)
{
    tr_download_job job;
    memcpy(&job, input, sizeof job);
    const char *content = (const char *)input + sizeof job;
    size_t content_size = size - sizeof job;
    size_t state_size = job.source != NULL ? content_size : 0;
    char *out = tr_alloc(sizeof(tr_download_found) + state_size + job.cap);
    memset(out, 0, sizeof(tr_download_found));
    char *state = out + sizeof(tr_download_found);
    if (state_size != 0)
        memcpy(state, content, state_size);
    int64_t result = job.source != NULL ? read_source(&job, state_size, state, state + state_size)
                                        : read_file(&job, content, out);
    size_t used = sizeof(tr_download_found) + state_size + (result > 0 ? (size_t)result : 0);
    if (result >= 0 && tr_pool_give(thread, out, used) < 0)
        result = TR_ESYSTEM;
    tr_free(out);
    return result;
}
