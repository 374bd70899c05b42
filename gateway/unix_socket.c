#include "gateway/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"
#include "troupe/err.h"

enum { BACKLOG = 1024, NAME_CAP_BYTES = 64, PATIENCE_MS = 2000, PAUSE_MS = 10 };

struct tr_unix_socket {
    int socket;
    char path[TR_UNIX_PATH_CAP_BYTES + 1];
    dev_t device; // of the file
    ino_t number;
};

static int refuse(char *why, size_t cap, const char *text)
{
    snprintf(why, cap, "%s", text);
    return TR_EINVALID;
}

// -- whose file --

static bool read_number(const char *text, unsigned *out)
{
    uint64_t number;
    if (!tr_digits_parse(tr_slice_of(text), &number) || number >= UINT32_MAX)
        return false;
    *out = (unsigned)number;
    return true;
}

static bool find_user(const char *name, uid_t *out)
{
    const struct passwd *found = getpwnam(name);
    if (found == NULL)
        return read_number(name, out);
    *out = found->pw_uid;
    return true;
}

static bool find_group(const char *name, gid_t *out)
{
    const struct group *found = getgrnam(name);
    if (found == NULL)
        return read_number(name, out);
    *out = found->gr_gid;
    return true;
}

int tr_unix_file_give(const char *file, const char *owner, char *why, size_t cap)
{
    uid_t user = (uid_t)-1;
    gid_t group = (gid_t)-1;
    char name[NAME_CAP_BYTES];
    size_t size = strcspn(owner, ":");
    if (size >= sizeof name)
        return refuse(why, cap, "its owner's name is too long");
    memcpy(name, owner, size);
    name[size] = '\0';
    if (size != 0 && !find_user(name, &user))
        return refuse(why, cap, "its owner is no user of this machine");
    if (owner[size] == ':' && !find_group(owner + size + 1, &group))
        return refuse(why, cap, "its group is none of this machine");
    if (lchown(file, user, group) == 0)
        return 0;
    snprintf(why, cap, "it cannot be given to %s: %s", owner, strerror(errno));
    return TR_EINVALID;
}

// -- its place --

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    snprintf(place.sun_path, sizeof place.sun_path, "%s", path);
    return place;
}

static bool has_listener(const char *path)
{
    struct sockaddr_un place = address_of(path);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    // Any other failure (no right to it, no descriptors, a full queue) says nothing of who listens.
    bool has = probe < 0 || connect(probe, (const struct sockaddr *)&place, sizeof place) == 0 ||
               (errno != ECONNREFUSED && errno != ENOENT);
    if (probe >= 0)
        close(probe);
    return has;
}

// NULL: the place is free, or has what a process left behind.
static const char *why_not_free(const char *path)
{
    struct stat facts;
    if (lstat(path, &facts) != 0)
        return NULL;
    if (!S_ISSOCK(facts.st_mode))
        return "there is something that is no socket: name another path, or remove it";
    return has_listener(path)
               ? "a running process listens there: end that one, or name another path"
               : NULL;
}

static void unlock_folder(int lock)
{
    if (lock >= 0)
        close(lock);
}

// Held by who looks at a place and takes it, so that of two that start at once one takes it, and the
// other one sees that. *out is -1 where the folder cannot be read, or has no locks: nothing is held.
// False: somebody else holds it, who has nothing to do there for so long.
static bool lock_folder(const char *path, unsigned patience_ms, int *out)
{
    char folder[TR_UNIX_PATH_CAP_BYTES + 1];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder] = '\0';
    *out = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint64_t until_ms = tr_clock_ms() + (patience_ms != 0 ? patience_ms : PATIENCE_MS);
    while (*out >= 0 && flock(*out, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        if (tr_clock_ms() >= until_ms) {
            unlock_folder(*out);
            *out = -1;
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return true;
}

static int bind_to(tr_unix_socket *self, const char *file, char *why, size_t cap)
{
    struct sockaddr_un place = address_of(file);
    struct stat facts;
    self->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // Of a process with our number that died in between.
    if (lstat(file, &facts) == 0 && S_ISSOCK(facts.st_mode))
        (void)unlink(file);
    if (self->socket >= 0 && bind(self->socket, (const struct sockaddr *)&place, sizeof place) == 0)
        return 0;
    snprintf(why, cap, "%s",
             errno == ENOENT   ? "its folder is not there: make it, or name another path"
             : errno == EACCES ? "no permission to write in its folder: name another path, or "
                                 "change its rights"
                               : strerror(errno));
    return TR_EINVALID;
}

static int move_to_place(tr_unix_socket *self, const char *file, const tr_unix_place *place,
                         char *why, size_t cap)
{
    struct stat facts;
    // Nobody has a right to it before it is whole.
    bool is_listening = chmod(file, 0) == 0 && listen(self->socket, BACKLOG) == 0;
    if (is_listening && place->owner != NULL && tr_unix_file_give(file, place->owner, why, cap) < 0)
        return TR_EINVALID;
    if (!is_listening || chmod(file, place->mode) != 0 || lstat(file, &facts) != 0 ||
        rename(file, self->path) != 0) {
        snprintf(why, cap, "%s", strerror(errno));
        return TR_EINVALID;
    }
    self->device = facts.st_dev;
    self->number = facts.st_ino;
    return 0;
}

static int take_place(tr_unix_socket *self, const tr_unix_place *place, char *why, size_t cap)
{
    char file[sizeof((struct sockaddr_un *)NULL)->sun_path];
    const char *taken = why_not_free(self->path);
    if (taken != NULL)
        return refuse(why, cap, taken);
    snprintf(file, sizeof file, "%s.%d", self->path, (int)getpid());
    if (bind_to(self, file, why, cap) < 0)
        return TR_EINVALID;
    int result = move_to_place(self, file, place, why, cap);
    if (result < 0)
        (void)unlink(file);
    return result;
}

int tr_unix_socket_open(const tr_unix_place *place, char *why, size_t cap, tr_unix_socket **out)
{
    size_t size = strlen(place->path);
    if (size == 0 || size > TR_UNIX_PATH_CAP_BYTES)
        return refuse(why, cap, "a path of 1 to 90 bytes is needed: name a shorter one");
    tr_unix_socket *self = tr_new(tr_unix_socket);
    self->socket = -1;
    memcpy(self->path, place->path, size);
    int lock;
    int result;
    if (lock_folder(self->path, place->patience_ms, &lock)) {
        result = take_place(self, place, why, cap);
        unlock_folder(lock);
    } else {
        result = refuse(why, cap,
                        "another process holds a lock on its folder (flock): end that one, "
                        "or name another path");
    }
    if (result < 0)
        tr_unix_socket_close(&self);
    else
        *out = self;
    return result;
}

int tr_unix_socket_get(const tr_unix_socket *self)
{
    return self->socket;
}

static bool is_ours(const tr_unix_socket *self)
{
    struct stat facts;
    return self->number != 0 && lstat(self->path, &facts) == 0 && facts.st_dev == self->device &&
           facts.st_ino == self->number;
}

void tr_unix_socket_close(tr_unix_socket **self)
{
    tr_unix_socket *one = *self;
    if (one == NULL)
        return;
    int lock = -1;
    // Whoever has not got a place has nothing to remove.
    if (one->number != 0 && lock_folder(one->path, 0, &lock) && is_ours(one))
        (void)unlink(one->path);
    unlock_folder(lock);
    if (one->socket >= 0)
        close(one->socket);
    tr_free(one);
    *self = NULL;
}
