#include "gateway/upload.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "actors/core/timer.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/edge.h"
#include "gateway/shard_ask.h"
#include "gateway/state.h"
#include "gateway/upload_job.h"
#include "metrics/count.h"
#include "troupe/actors/pool.h"
#include "troupe/err.h"

enum { TICK_MS = 2000, RETRY_MS = 25 };

struct tr_upload {
    tr_core *core;
    tr_gateway *gateway; // NULL once it stopped
    tr_socket *socket;   // NULL once it is closed
    tr_upload *next;     // all of the gateway
    tr_upload *prev;
    tr_coroutine *coroutine;
    enum tr_upload_kind kind;
    tr_upload_grant grant;
    tr_upload_file file;
    bool has_file;
    tr_buf pending;    // bytes that came and were not yet given to a pool thread: a job of theirs
    uint64_t size;     // of the whole
    uint64_t offset;   // where what comes belongs
    uint64_t came;     // bytes
    uint64_t written;  // to the file
    uint64_t attempt;  // tells it from others with the same URL
    uint64_t heard_ms; // when the last bytes came
    uint64_t told_ms;  // its session was told last
    const tr_upload_answer *fault; // it must end with this
    bool is_whole;
    bool is_paused;  // it is not read
    bool is_waiting; // the coroutine, for more
};

// -- what browsers are told --

static const tr_upload_answer stored = {201, "The file is stored.\n"};
static const tr_upload_answer broken = {400, "The body of this request is broken.\n"};
static const tr_upload_answer unknown = {404, "No page waits for this upload any more.\n"};
static const tr_upload_answer silent = {408, "Nothing has come for half a minute.\n"};
static const tr_upload_answer storing = {409, "Another request is storing this file.\n"};
static const tr_upload_answer used = {
    410, "This address is no longer good: it was used, cancelled or has expired.\n"};
static const tr_upload_answer taken_over = {410, "A newer request has taken this upload over.\n"};
static const tr_upload_answer too_large = {413, "The file is larger than allowed.\n"};
static const tr_upload_answer failed = {500, "The server could not store the file.\n"};
static const tr_upload_answer later = {503, "This cannot be stored now: try again later.\n"};
static const tr_upload_answer no_room = {507, "There is no room for this file on the server.\n"};
static const tr_upload_answer created = {201, "The upload may begin.\n"};
static const tr_upload_answer looked = {200, ""};
static const tr_upload_answer appended = {204, ""};
static const tr_upload_answer no_partial = {404, "No upload was begun here, or it is over.\n"};
static const tr_upload_answer other_offset = {409, "So much of the file is not there, or more.\n"};
static const tr_upload_answer locked = {423, "Another request is writing this file.\n"};
static const tr_upload_answer gone = {499, "The connection broke.\n"}; // nobody reads it

static const tr_upload_answer *answer_of_session(int result)
{
    switch (result) {
    case 0:
        return NULL;
    case TR_ENOTFOUND:
        return &unknown;
    case TR_EGONE:
        return &used;
    case TR_EFENCED:
        return &taken_over;
    case TR_EEXISTS:
        return &storing;
    default:
        return &later;
    }
}

// `failure`: 0, a number of errno, or why no pool thread did it (negative).
static const tr_upload_answer *answer_of_job(const tr_upload *self, int64_t failure)
{
    if (failure == 0)
        return NULL;
    const tr_upload_answer *answer = failure < 0                     ? &later
                                     : tr_upload_is_no_room(failure) ? &no_room
                                                                     : &failed;
    tr_log(TR_LOG_WARN, "event=upload_failed name=%s bytes=%llu status=%u reason=%s",
           tr_log_quote(self->grant.name, (unsigned)strlen(self->grant.name)),
           (unsigned long long)self->written, answer->status,
           failure < 0
               ? tr_err_name((int)failure)
               : tr_log_quote(strerror((int)failure), (unsigned)strlen(strerror((int)failure))));
    return answer;
}

// -- the coroutine's waits --

static int ask(tr_upload *self, enum tr_upload_step step, const char *text, uint64_t patience_ms)
{
    bool is_failure = step == TR_UPLOAD_STEP_FAILED;
    tr_msg_upload_step body = {.token = tr_slice_of(self->grant.token),
                               .step = (uint16_t)step,
                               .attempt = self->attempt,
                               .received = self->written,
                               .size = self->size != TR_UPLOAD_SIZE_UNKNOWN ? self->size : 0,
                               .name =
                                   is_failure || text == NULL ? (tr_slice){0} : tr_slice_of(text),
                               .error = is_failure ? tr_slice_of(text) : (tr_slice){0}};
    return tr_shard_ask(self->core,
                        &(tr_shard_question){.id = body.token,
                                             .type = TR_MSG_upload_step,
                                             .body = &body,
                                             .patience_ms = patience_ms},
                        NULL);
}

// A negative error, or what the job returned. The queue may be full of an app's handlers: then the
// browser waits, as they do.
static int64_t run_job(const void *input, size_t size, void *out, size_t cap)
{
    int64_t result;
    do {
        size_t room = cap;
        result = tr_pool_run(tr_upload_job_run, input, size, TR_POOL_NO_DEADLINE, out, &room);
    } while (result == TR_EFULL && tr_coroutine_sleep(RETRY_MS) == 0);
    return result;
}

static int64_t run_small_job(enum tr_upload_job_kind kind, const tr_upload *self, void *out,
                             size_t cap)
{
    tr_upload_job job = {.kind = kind, .file = self->file, .replaces = self->grant.replaces};
    memcpy(job.name, self->grant.name, sizeof job.name);
    memcpy(job.token, self->grant.token, sizeof job.token);
    job.length = self->size;
    job.expires_s = self->grant.expires_s;
    job.folder = self->gateway != NULL ? self->gateway->uploads.folder : "";
    return run_job(&job, sizeof job, out, cap);
}

// -- reading --

static void pause_reading(tr_upload *self, bool is_paused)
{
    if (self->socket != NULL && self->is_paused != is_paused)
        tr_socket_read(self->socket, !is_paused);
    self->is_paused = is_paused;
    self->heard_ms = tr_core_now_ms(self->core);
}

static void wake(tr_upload *self)
{
    if (self->is_waiting)
        tr_coroutine_resume(self->coroutine, 0);
}

// 0, or TR_ECANCELLED.
static int wait_for_more(tr_upload *self)
{
    int result = 0;
    self->is_waiting = true;
    while (result == 0 && self->pending.size == 0 && !self->is_whole && self->fault == NULL)
        result = tr_coroutine_suspend();
    self->is_waiting = false;
    return result;
}

static int64_t write_pending(tr_upload *self)
{
    tr_buf job = self->pending;
    size_t size = job.size - sizeof(tr_upload_job);
    self->pending = (tr_buf){0};
    pause_reading(self, false);
    tr_upload_job head = {.kind = TR_UPLOAD_JOB_WRITE, .file = self->file};
    memcpy(job.data, &head, sizeof head);
    int64_t result = run_job(job.data, job.size, NULL, 0);
    tr_buf_done(&job);
    if (result == 0)
        self->written += size;
    return result;
}

static const tr_upload_answer *tell_progress(tr_upload *self)
{
    uint64_t now_ms = tr_core_now_ms(self->core);
    if (now_ms - self->told_ms < TR_UPLOAD_TELL_MS)
        return NULL;
    self->told_ms = now_ms;
    return answer_of_session(ask(self, TR_UPLOAD_STEP_PROGRESS, NULL, TR_UPLOAD_ANSWER_MS));
}

// -- from the first byte to the answer --

static const tr_upload_answer *open_file(tr_upload *self)
{
    int64_t result = run_small_job(TR_UPLOAD_JOB_OPEN, self, &self->file, sizeof self->file);
    self->has_file = result == 0;
    return answer_of_job(self, result);
}

static const tr_upload_answer *receive(tr_upload *self)
{
    for (;;) {
        if (wait_for_more(self) < 0)
            return &later;
        // When the upload can go on later, all bytes that came are kept.
        bool is_last = self->fault == &gone && self->kind == TR_UPLOAD_APPEND;
        if (self->fault != NULL && !(is_last && self->pending.size != 0))
            return self->fault;
        if (self->pending.size == 0)
            return NULL;
        const tr_upload_answer *answer = answer_of_job(self, write_pending(self));
        if (answer == NULL)
            answer = tell_progress(self);
        if (answer != NULL)
            return answer;
    }
}

static const tr_upload_answer *keep(tr_upload *self)
{
    self->size = self->written;
    const tr_upload_answer *answer =
        answer_of_job(self, run_small_job(TR_UPLOAD_JOB_SYNC, self, NULL, 0));
    if (answer == NULL)
        answer = answer_of_session(ask(self, TR_UPLOAD_STEP_KEEP, NULL, TR_UPLOAD_ANSWER_MS));
    if (answer != NULL)
        return answer;
    char name[TR_STORED_NAME_CAP_BYTES + 1];
    answer = answer_of_job(self, run_small_job(TR_UPLOAD_JOB_KEEP, self, name, sizeof name));
    if (answer != NULL)
        return answer;
    self->file.name[0] = '\0'; // it is no temporary one any more
    int told = ask(self, TR_UPLOAD_STEP_STORED, name, TR_UPLOAD_END_MS);
    tr_log(told == 0 ? TR_LOG_INFO : TR_LOG_WARN, "event=upload_stored name=%s bytes=%llu told=%s",
           tr_log_quote(name, (unsigned)strlen(name)), (unsigned long long)self->written,
           told == 0 ? "yes" : tr_err_name(told));
    return &stored;
}

// How much of a file that comes in several requests is there. `failure` as of answer_of_job.
static const tr_upload_answer *found(tr_upload *self, const tr_partial *partial, int64_t failure)
{
    if (failure == ENOENT)
        return &no_partial;
    if (failure == EWOULDBLOCK)
        return &locked;
    if (failure != 0)
        return answer_of_job(self, failure);
    self->size = partial->length;
    self->written = partial->offset;
    return NULL;
}

static const tr_upload_answer *create(tr_upload *self)
{
    int64_t result = run_small_job(TR_UPLOAD_JOB_CREATE, self, NULL, 0);
    if (result == EWOULDBLOCK)
        return &locked;
    const tr_upload_answer *answer = answer_of_job(self, result);
    return answer != NULL ? answer : &created;
}

static const tr_upload_answer *look(tr_upload *self)
{
    tr_partial partial = {0};
    int64_t result = run_small_job(TR_UPLOAD_JOB_FIND, self, &partial, sizeof partial);
    const tr_upload_answer *answer = found(self, &partial, result);
    return answer != NULL ? answer : &looked;
}

static const tr_upload_answer *begin(tr_upload *self)
{
    return answer_of_session(ask(self, TR_UPLOAD_STEP_BEGIN, NULL, TR_UPLOAD_ANSWER_MS));
}

// Its session hears of it once the file is its own: a request that finds another one writing is
// refused, and takes nothing over.
static const tr_upload_answer *append(tr_upload *self)
{
    tr_upload_resumed resumed = {0};
    int64_t result = run_small_job(TR_UPLOAD_JOB_RESUME, self, &resumed, sizeof resumed);
    if (result == EWOULDBLOCK)
        return &locked;
    self->has_file = result == 0;
    if (self->has_file)
        self->file = resumed.file;
    const tr_upload_answer *answer = begin(self);
    if (answer == NULL)
        answer = found(self, &resumed.partial, result);
    if (answer == NULL && self->written != self->offset)
        answer = &other_offset;
    if (answer == NULL)
        answer = receive(self);
    if (answer == NULL && self->written > self->size)
        answer = &too_large;
    if (answer == NULL && self->written == self->size)
        answer = keep(self);
    return answer == NULL || answer == &stored ? &appended : answer;
}

static const tr_upload_answer *take(tr_upload *self)
{
    if (self->kind == TR_UPLOAD_LOOK)
        return look(self);
    if (self->kind == TR_UPLOAD_APPEND)
        return append(self);
    const tr_upload_answer *answer = begin(self);
    if (answer == &used || answer == &unknown)
        (void)run_small_job(TR_UPLOAD_JOB_DISCARD, self, NULL, 0); // what had begun
    if (answer == NULL && self->kind == TR_UPLOAD_CREATE)
        return create(self);
    if (answer == NULL)
        answer = open_file(self);
    if (answer == NULL)
        answer = receive(self);
    if (answer == NULL)
        answer = keep(self);
    return answer;
}

// Its session hears why, unless that was the one that ended it.
static bool is_news(const tr_upload *self, const tr_upload_answer *answer)
{
    if (self->kind != TR_UPLOAD_PUT)
        return answer == &no_room || answer == &failed || answer == &too_large;
    return answer != &stored && answer != &unknown && answer != &used && answer != &taken_over &&
           answer != &storing;
}

// What another request may append to stays.
static void close_file(tr_upload *self, const tr_upload_answer *answer)
{
    bool is_to_stay = self->kind == TR_UPLOAD_APPEND && answer != &used && answer != &unknown &&
                      !is_news(self, answer);
    enum tr_upload_job_kind kind = is_to_stay ? TR_UPLOAD_JOB_LEAVE : TR_UPLOAD_JOB_CLOSE;
    if (self->has_file && run_small_job(kind, self, NULL, 0) < 0 && !is_to_stay &&
        self->file.name[0] != '\0')
        // The process stops, and a pool thread may still be writing: its descriptors stay open.
        (void)unlinkat(self->file.incoming, self->file.name, 0);
    self->has_file = false;
}

static void leave(tr_upload *self)
{
    tr_gateway *gateway = self->gateway;
    if (gateway == NULL)
        return;
    DL_DELETE(gateway->first_upload, self);
    if (--gateway->stats.uploads == 0)
        tr_timer_stop(&gateway->uploads_tick);
}

static void run(void *arg)
{
    tr_upload *self = arg;
    self->coroutine = tr_coroutine_current();
    const tr_upload_answer *answer = take(self);
    close_file(self, answer);
    if (is_news(self, answer))
        (void)ask(self, TR_UPLOAD_STEP_FAILED, answer->text, 0);
    if (self->socket != NULL)
        tr_socket_answer(self->socket,
                         &(tr_upload_reply){.status = answer->status,
                                            .text = answer->text,
                                            .is_created = answer == &created,
                                            .has_offset = answer == &looked || answer == &appended,
                                            .offset = self->written,
                                            .length = self->size});
    tr_count(answer->status < 400   ? TR_TALLY_upload_2xx
             : answer->status < 500 ? TR_TALLY_upload_4xx
                                    : TR_TALLY_upload_5xx);
    leave(self);
    tr_buf_done(&self->pending);
    tr_free(self);
}

static void on_tick(tr_timer *timer)
{
    tr_gateway *gateway = timer->arg;
    uint64_t now_ms = tr_core_now_ms(gateway->core);
    tr_upload *next;
    for (tr_upload *at = gateway->first_upload; at != NULL; at = next) {
        next = at->next;
        if (at->socket != NULL)
            tr_socket_keep(at->socket);
        if (at->is_paused || at->is_whole || now_ms - at->heard_ms < TR_UPLOAD_SILENCE_MS)
            continue;
        at->fault = &silent;
        wake(at);
    }
}

int tr_upload_begin(tr_gateway *gateway, const tr_upload_request *request, tr_upload **out)
{
    if (gateway->stats.uploads == TR_UPLOADS_PER_CORE_CAP) {
        tr_count(TR_TALLY_refused_upload);
        return TR_EFULL;
    }
    tr_upload *self = tr_new(tr_upload);
    self->core = gateway->core;
    self->gateway = gateway;
    self->socket = request->socket;
    self->grant = *request->grant;
    self->kind = request->kind;
    self->size = request->kind == TR_UPLOAD_CREATE ? request->length : request->size;
    self->offset = self->came = request->offset;
    self->is_whole = request->size == 0;
    self->attempt = tr_core_random(self->core);
    self->heard_ms = tr_core_now_ms(self->core);
    self->file = (tr_upload_file){.folder = -1, .incoming = -1, .file = -1};
    DL_PREPEND(gateway->first_upload, self);
    if (gateway->stats.uploads++ == 0) {
        tr_timer_init(&gateway->uploads_tick, self->core, on_tick, gateway);
        tr_timer_start(&gateway->uploads_tick, TICK_MS, TICK_MS);
    }
    *out = self; // before it runs: it may be answered at once
    int result = tr_coroutine_start(self->core, "upload", run, self, NULL);
    if (result < 0) {
        leave(self);
        tr_free(self);
        *out = NULL;
    }
    return result;
}

// -- from the edge --

void tr_upload_on_piece(tr_upload *self, const void *bytes, size_t size)
{
    self->came += size;
    tr_count_many(TR_TALLY_upload_bytes, size);
    self->heard_ms = tr_core_now_ms(self->core);
    if (self->fault != NULL)
        return;
    if (self->came > self->grant.size_max) {
        self->fault = &too_large;
        wake(self);
        return;
    }
    if (self->pending.size == 0) {
        memset(tr_buf_reserve(&self->pending, TR_UPLOAD_BUFFER_BYTES), 0, sizeof(tr_upload_job));
        self->pending.size = sizeof(tr_upload_job);
    }
    tr_buf_append(&self->pending, bytes, size);
    if (self->pending.size >= TR_UPLOAD_BUFFER_BYTES)
        pause_reading(self, true);
    wake(self);
}

void tr_upload_on_whole(tr_upload *self)
{
    self->is_whole = true;
    wake(self);
}

void tr_upload_on_broken(tr_upload *self)
{
    self->fault = &broken;
    wake(self);
}

void tr_upload_on_gone(tr_upload *self)
{
    self->socket = NULL;
    // A file that came as a whole is kept, though nobody reads the answer.
    if (!self->is_whole)
        self->fault = &gone;
    wake(self);
}

void tr_uploads_end(tr_gateway *gateway)
{
    for (tr_upload *at = gateway->first_upload; at != NULL; at = at->next)
        at->gateway = NULL;
    if (gateway->stats.uploads != 0)
        tr_timer_stop(&gateway->uploads_tick);
    gateway->first_upload = NULL;
    gateway->stats.uploads = 0;
}
