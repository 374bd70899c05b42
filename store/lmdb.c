// The engine for the processes of one machine: an LMDB file. Each process that has it open has one
// thread that does what all of its loops submitted: all that waits, in one transaction, which is on
// disk (fsync) when it is done. Writers of several processes take turns by LMDB's own lock, which a
// killed one gives up.

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utlist.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/lmdb_tables.h"
#include "troupe/err.h"

enum {
    BATCH = 1024, // operations of one transaction
    SAY_AGAIN_MS = 10000
};

typedef struct file {
    struct file *next;
    char *path;
    unsigned users;
    tr_lmdb_tables tables;
    pthread_t thread;
    int said_error; // the thread's: what was logged last, and when
    uint64_t said_ms;
    tr_lock lock; // guards what follows
    pthread_cond_t changed;
    tr_store_queue waiting;
    bool is_running; // a transaction is under way
    bool is_ending;
} file;

// Under the lock: LMDB wants a file opened once in a process.
static file *files;
static tr_lock files_lock = TR_LOCK_INIT("store_files", TR_LOCK_STORE_FILES);

// A disk that is full is so for many batches.
static bool is_news(file *self, int error)
{
    uint64_t now_ms = tr_store_boot_ms();
    if (error == self->said_error && now_ms - self->said_ms < SAY_AGAIN_MS)
        return false;
    self->said_error = error;
    self->said_ms = now_ms;
    return true;
}

static void run_batch(file *self, tr_store_queue *batch)
{
    tr_store_op *ops[BATCH];
    unsigned count = 0;
    tr_store_op *op;
    while ((op = tr_store_queue_pop(batch)) != NULL)
        ops[count++] = op;
    int error = tr_lmdb_tables_run(&self->tables, ops, count);
    if (error != 0 && is_news(self, error))
        tr_log(TR_LOG_ERROR, "event=store_failed store=lmdb reason=%s ops=%u",
               tr_log_quote(mdb_strerror(error), (unsigned)strlen(mdb_strerror(error))), count);
    for (unsigned i = 0; i < count; i++) {
        if (error != 0)
            tr_store_op_reset(ops[i]);
        tr_store_complete(ops[i], error != 0 ? tr_lmdb_status_of(error) : ops[i]->status);
    }
}

static void *run(void *arg)
{
    file *self = arg;
    tr_log_thread_name("store");
    tr_lock_take(&self->lock);
    for (;;) {
        while (self->waiting.head == NULL && !self->is_ending)
            tr_lock_wait(&self->lock, &self->changed, 0);
        if (self->waiting.head == NULL)
            break;
        tr_store_queue batch = {0};
        while (batch.count < BATCH && self->waiting.head != NULL)
            tr_store_queue_push(&batch, tr_store_queue_pop(&self->waiting));
        self->is_running = true;
        tr_lock_give(&self->lock);
        run_batch(self, &batch);
        tr_lock_take(&self->lock);
        self->is_running = false;
        pthread_cond_broadcast(&self->changed);
    }
    tr_lock_give(&self->lock);
    return NULL;
}

// -- opening --

static const char *path_of(const char *url)
{
    return url + strlen("lmdb:");
}

// No waiting makes such a path one that a file can be made at. EROFS: a unit of systemd's may write in its own folder alone.
static bool is_wrong_path(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == EPERM ||
           error == EROFS || error == ENAMETOOLONG || error == ELOOP;
}

static int say_error(char *why, size_t why_size, const char *path, int error)
{
    return tr_store_say(why, why_size,
                        is_wrong_path(error) ? TR_EINVALID : tr_lmdb_status_of(error), "%s: %s",
                        path, mdb_strerror(error));
}

static int check_url(const char *url, char *why, size_t why_size)
{
    if (path_of(url)[0] != '\0')
        return 0;
    return tr_store_say(why, why_size, TR_EINVALID, "the path of a file follows 'lmdb:'");
}

static file *find_file(const char *path)
{
    for (file *at = files; at != NULL; at = at->next)
        if (strcmp(at->path, path) == 0)
            return at;
    return NULL;
}

// The same file is the same path, however it was written.
static char *real_path(const char *path)
{
    char *real = realpath(path, NULL);
    char *copy = tr_copy_text(real != NULL ? real : path, strlen(real != NULL ? real : path));
    free(real);
    return copy;
}

// A second look at it from this process would take the locks of the first away when it closes
// (fcntl(2)).
static bool is_open_here(const char *path, uint64_t *identity)
{
    char *real = real_path(path);
    tr_lock_take(&files_lock);
    const file *there = find_file(real);
    bool is_open = there != NULL;
    if (is_open)
        *identity = there->tables.identity;
    tr_lock_give(&files_lock);
    tr_free(real);
    return is_open;
}

static int prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    const char *path = path_of(url);
    struct stat there;
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return tr_store_say(why, why_size, TR_EINVALID, "%s is a folder: name a file in it", path);
    if (is_open_here(path, identity))
        return 0;
    tr_lmdb_tables tables;
    uint32_t version = 0;
    int error = tr_lmdb_tables_open(&tables, path, &version);
    if (error == ENOENT)
        return tr_store_say(why, why_size, TR_EINVALID, "%s: its folder does not exist", path);
    if (error == MDB_INVALID)
        return tr_store_say(why, why_size, TR_EMALFORMED,
                            "%s is no store: it is something else, or damaged", path);
    if (error != 0)
        return say_error(why, why_size, path, error);
    tr_lmdb_tables_close(&tables);
    *identity = tables.identity;
    if (version != TR_LMDB_VERSION)
        return tr_store_say(
            why, why_size, TR_EPROTOCOL,
            "%s was written by a newer version of Troupe (form %u, this one reads %u)", path,
            version, TR_LMDB_VERSION);
    return 0;
}

static int start(file *self)
{
    uint32_t version;
    int error = tr_lmdb_tables_open(&self->tables, self->path, &version);
    if (error != 0)
        return tr_lmdb_status_of(error);
    tr_lock_init(&self->lock, "store_file", TR_LOCK_STORE);
    pthread_cond_init(&self->changed, NULL);
    if (pthread_create(&self->thread, NULL, run, self) == 0)
        return 0;
    tr_lmdb_tables_close(&self->tables);
    return TR_ESYSTEM;
}

static int open_file(tr_store *self, const char *url)
{
    char *path = real_path(path_of(url));
    tr_lock_take(&files_lock);
    file *found = find_file(path);
    int result = 0;
    if (found == NULL) {
        found = tr_new(file);
        found->path = tr_copy_text(path, strlen(path));
        result = start(found);
        if (result == 0) {
            found->next = files;
            files = found;
        }
    }
    if (result == 0) {
        found->users++;
        self->mine = found;
    } else {
        tr_free(found->path);
        tr_free(found);
    }
    tr_lock_give(&files_lock);
    tr_free(path);
    return result;
}

static void submit(tr_store *self, tr_store_op *op)
{
    file *shared = self->mine;
    tr_lock_take(&shared->lock);
    tr_store_queue_push(&shared->waiting, op);
    pthread_cond_broadcast(&shared->changed);
    tr_lock_give(&shared->lock);
}

static void stop(file *self)
{
    tr_lock_take(&self->lock);
    self->is_ending = true;
    pthread_cond_broadcast(&self->changed);
    tr_lock_give(&self->lock);
    pthread_join(self->thread, NULL);
    tr_lmdb_tables_close(&self->tables);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    LL_DELETE(files, self);
    tr_free(self->path);
    tr_free(self);
}

// Waiting operations are cancelled; the running one is waited for.
static void leave(file *self, tr_store *store)
{
    tr_store_queue stay = {0};
    tr_store_queue gone = {0};
    tr_store_op *op;
    tr_lock_take(&self->lock);
    while ((op = tr_store_queue_pop(&self->waiting)) != NULL)
        tr_store_queue_push(op->store == store ? &gone : &stay, op);
    tr_store_queue_move(&stay, &self->waiting);
    while (self->is_running)
        tr_lock_wait(&self->lock, &self->changed, 0);
    tr_lock_give(&self->lock);
    while ((op = tr_store_queue_pop(&gone)) != NULL)
        tr_store_complete(op, TR_ECANCELLED);
}

static void close_file(tr_store *self)
{
    file *shared = self->mine;
    leave(shared, self);
    tr_lock_take(&files_lock);
    if (--shared->users == 0)
        stop(shared);
    tr_lock_give(&files_lock);
}

const tr_store_engine tr_store_lmdb = {
    .kind = "lmdb",
    .prefix = "lmdb:",
    .check_url = check_url,
    .prepare = prepare,
    .open = open_file,
    .submit = submit,
    .close = close_file,
};
