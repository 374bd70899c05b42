#include "store/lmdb_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/number.h"

enum { LOOK_EACH_MS = 250, STAT_BYTES = 512 };

// -- who has it --

// 0: nobody else has it; -1: one that this process cannot see.
static pid_t holder_of(const tr_lmdb_turn *self)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    if (fcntl(self->fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
        return 0;
    return lock.l_pid > 0 ? lock.l_pid : -1;
}

// As the kernel tells in /proc/PID/stat, behind the name: one that a debugger holds is 't', and is
// left to whom it belongs.
static bool is_stopped(pid_t pid)
{
    char path[32];
    char text[STAT_BYTES];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    text[size > 0 ? size : 0] = '\0';
    const char *state = strrchr(text, ')');
    return state != NULL && strncmp(state, ") T", 3) == 0;
}

// By a descriptor, so that nobody else is hit who has come to have its number.
static void end_if_stopped(const tr_lmdb_turn *self, pid_t pid, uint64_t waited_ms)
{
    int process = pidfd_open(pid, 0);
    if (process < 0)
        return;
    if (holder_of(self) == pid && is_stopped(pid)) {
        bool is_ended = pidfd_send_signal(process, SIGKILL, NULL, 0) == 0;
        tr_log(TR_LOG_ERROR, "event=%s pid=%d waited_ms=%llu",
               is_ended ? "stopped_store_writer_ended" : "stopped_store_writer_stays", (int)pid,
               (unsigned long long)waited_ms);
    }
    close(process);
}

static void look(const tr_lmdb_turn *self, pid_t pid, uint64_t waited_ms, bool is_first)
{
    if (pid > 0)
        end_if_stopped(self, pid, waited_ms);
    else if (is_first)
        tr_log(TR_LOG_WARN, "event=store_writer_is_elsewhere waited_ms=%llu",
               (unsigned long long)waited_ms);
}

// -- the watcher --

static void watch_wait(tr_lmdb_turn *self, uint64_t since_ms)
{
    bool is_first = true;
    uint64_t next_ms = since_ms + self->patience_ms;
    while (!self->is_ending && self->since_ms == since_ms) {
        if (tr_lock_wait(&self->lock, &self->changed, next_ms))
            continue;
        next_ms = tr_clock_ms() + LOOK_EACH_MS;
        pid_t pid = holder_of(self);
        if (pid == 0)
            continue;
        self->looks++;
        tr_lock_give(&self->lock);
        look(self, pid, tr_clock_ms() - since_ms, is_first);
        is_first = false;
        tr_lock_take(&self->lock);
    }
}

static void *watch(void *arg)
{
    tr_lmdb_turn *self = arg;
    tr_log_thread_name("store-turn");
    tr_lock_take(&self->lock);
    while (!self->is_ending) {
        if (self->since_ms == 0)
            tr_lock_wait(&self->lock, &self->changed, 0);
        else
            watch_wait(self, self->since_ms);
    }
    tr_lock_give(&self->lock);
    return NULL;
}

static void is_waiting_since(tr_lmdb_turn *self, uint64_t since_ms)
{
    tr_lock_take(&self->lock);
    self->since_ms = since_ms;
    pthread_cond_signal(&self->changed);
    tr_lock_give(&self->lock);
}

// -- turns --

static int set_lock(const tr_lmdb_turn *self, int how, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_len = 1};
    while (fcntl(self->fd, how, &lock) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

int tr_lmdb_turn_open(tr_lmdb_turn *self, const char *path)
{
    *self = (tr_lmdb_turn){.patience_ms = TR_LMDB_PATIENCE_MS};
    char file[PATH_MAX];
    if (tr_format(file, sizeof file, "%s-writer", path) >= (int)sizeof file)
        return ENAMETOOLONG;
    self->fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (self->fd < 0)
        return errno;
    tr_lock_init(&self->lock, "store_turn", TR_LOCK_STORE_TURN);
    pthread_cond_init(&self->changed, NULL);
    int error = pthread_create(&self->watcher, NULL, watch, self);
    if (error != 0)
        close(self->fd);
    return error;
}

void tr_lmdb_turn_close(tr_lmdb_turn *self)
{
    tr_lock_take(&self->lock);
    self->is_ending = true;
    pthread_cond_signal(&self->changed);
    tr_lock_give(&self->lock);
    pthread_join(self->watcher, NULL);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    close(self->fd);
}

// A lock that cannot be had (ENOLCK) is done without: LMDB's own keeps writers apart.
static void take_turn(tr_lmdb_turn *self)
{
    if (set_lock(self, F_SETLK, F_WRLCK) == 0)
        return;
    is_waiting_since(self, tr_clock_ms());
    (void)set_lock(self, F_SETLKW, F_WRLCK);
    is_waiting_since(self, 0);
}

int tr_lmdb_turn_begin(tr_lmdb_turn *self, MDB_env *env, MDB_txn **out)
{
    take_turn(self);
    int error = mdb_txn_begin(env, NULL, 0, out);
    if (error != 0)
        (void)set_lock(self, F_SETLK, F_UNLCK);
    return error;
}

int tr_lmdb_turn_end(tr_lmdb_turn *self, MDB_txn *txn, int error)
{
    if (error == 0)
        error = mdb_txn_commit(txn);
    else
        mdb_txn_abort(txn);
    (void)set_lock(self, F_SETLK, F_UNLCK);
    return error;
}
