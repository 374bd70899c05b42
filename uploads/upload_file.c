#include "uploads/upload_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"

enum {
    OPEN_TRIES = 16,
    NUMBERS_CAP = 100, // of names that are taken; from there on a random one is sooner found
    NAME_TRIES = NUMBERS_CAP + 16
};

static int open_folder(int at, const char *path)
{
    int folder = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder >= 0 ? folder : -errno;
}

// And those it lies in.
static int make_folders(const char *path)
{
    char part[4096];
    size_t size = strlen(path);
    if (size >= sizeof part)
        return -ENAMETOOLONG;
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

// Locked, and still the one of that name: who sweeps may have been between its making and the lock.
static bool is_ours(int file)
{
    struct stat facts;
    return flock(file, LOCK_EX | LOCK_NB) == 0 && fstat(file, &facts) == 0 && facts.st_nlink != 0;
}

static bool ends_with(const char *name, const char *end)
{
    size_t size = strlen(name);
    return size >= strlen(end) && strcmp(name + size - strlen(end), end) == 0;
}

// Unless somebody has its lock: of several requests (partial_file.h) whose time is over.
static bool is_expired(const char *name)
{
    unsigned long long expires_s = 0;
    const char *dash = strrchr(name, '-');
    return ends_with(name, ".tus") && dash != NULL && sscanf(dash + 1, "%llu", &expires_s) == 1 &&
           expires_s <= (unsigned long long)time(NULL);
}

// Likewise: or of one request, whose process is no more.
static bool is_left_over(const char *name)
{
    return ends_with(name, ".part") || is_expired(name);
}

DIR *tr_upload_folder_list(int incoming)
{
    int copy = dup(incoming);
    DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
    if (folder != NULL)
        rewinddir(folder); // the descriptor's place is shared with its copy
    else if (copy >= 0)
        close(copy);
    return folder;
}

static unsigned sweep(int incoming, bool (*is_gone)(const char *name))
{
    unsigned count = 0;
    DIR *folder = tr_upload_folder_list(incoming);
    if (folder == NULL)
        return 0;
    for (struct dirent *one; (one = readdir(folder)) != NULL;) {
        if (!is_gone(one->d_name))
            continue;
        int file = openat(incoming, one->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (file >= 0 && is_ours(file))
            count += unlinkat(incoming, one->d_name, 0) == 0;
        if (file >= 0)
            close(file);
    }
    closedir(folder);
    return count;
}

void tr_upload_folder_sweep(int incoming)
{
    (void)sweep(incoming, is_expired);
}

static int open_incoming(int folder)
{
    if (mkdirat(folder, TR_INCOMING_FOLDER, 0700) != 0 && errno != EEXIST)
        return -errno;
    return open_folder(folder, TR_INCOMING_FOLDER);
}

int tr_upload_folder_prepare(const char *path, unsigned *out_swept)
{
    int result = make_folders(path);
    if (result < 0)
        return result;
    int folder = open_folder(AT_FDCWD, path);
    if (folder < 0)
        return folder;
    int incoming = open_incoming(folder);
    if (incoming >= 0)
        *out_swept = sweep(incoming, is_left_over);
    // Whether one can write there, before anybody has sent something for nothing.
    result = incoming < 0 ? incoming : faccessat(folder, ".", W_OK | X_OK, 0) == 0 ? 0 : -errno;
    if (incoming >= 0)
        close(incoming);
    close(folder);
    return result;
}

static int open_file(tr_upload_file *self)
{
    for (int tries = 0; tries < OPEN_TRIES; tries++) {
        uint64_t number[2];
        tr_random_bytes(number, sizeof number);
        snprintf(self->name, sizeof self->name, "%016llx%016llx.part",
                 (unsigned long long)number[0], (unsigned long long)number[1]);
        self->file =
            openat(self->incoming, self->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (self->file < 0 && errno != EEXIST)
            return -errno;
        if (self->file >= 0 && is_ours(self->file))
            return 0;
        if (self->file >= 0)
            close(self->file);
        self->file = -1;
    }
    return -EAGAIN;
}

int tr_upload_folders_open(const char *folder, tr_upload_file *out)
{
    *out = (tr_upload_file){.folder = open_folder(AT_FDCWD, folder), .incoming = -1, .file = -1};
    if (out->folder < 0)
        return out->folder;
    out->incoming = open_incoming(out->folder);
    int result = out->incoming < 0 ? out->incoming : 0;
    if (result < 0)
        tr_upload_file_close(out);
    return result;
}

int tr_upload_file_open(const char *folder, tr_upload_file *out)
{
    tr_upload_file self;
    int result = tr_upload_folders_open(folder, &self);
    if (result < 0)
        return result;
    result = open_file(&self);
    if (result < 0)
        tr_upload_file_close(&self);
    else
        *out = self;
    return result;
}

int tr_upload_file_write(const tr_upload_file *self, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size != 0) {
        ssize_t written = write(self->file, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? -errno : -EIO;
        at += written;
        size -= (size_t)written;
    }
    return 0;
}

int tr_upload_file_sync(const tr_upload_file *self)
{
    return fsync(self->file) == 0 ? 0 : -errno;
}

// Not every file system can rename without replacing: a second name can never replace.
static int move_without_replacing(const tr_upload_file *self, const char *name)
{
    if (renameat2(self->incoming, self->name, self->folder, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -errno;
    if (linkat(self->incoming, self->name, self->folder, name, 0) != 0)
        return -errno;
    (void)unlinkat(self->incoming, self->name, 0);
    return 0;
}

// "a.txt", "a-2.txt" …, and when all those are taken "a-0123456789abcdef.txt".
static void write_name(const char *name, int number, char out[TR_STORED_NAME_CAP_BYTES + 1])
{
    int stem = (int)tr_file_name_stem(tr_slice_of(name));
    if (number == 1)
        snprintf(out, TR_STORED_NAME_CAP_BYTES + 1, "%s", name);
    else if (number <= NUMBERS_CAP)
        snprintf(out, TR_STORED_NAME_CAP_BYTES + 1, "%.*s-%d%s", stem, name, number, name + stem);
    else
        snprintf(out, TR_STORED_NAME_CAP_BYTES + 1, "%.*s-%016llx%s", stem, name,
                 (unsigned long long)tr_random_u64(), name + stem);
}

static int find_name(const tr_upload_file *self, const char *name,
                     char out[TR_STORED_NAME_CAP_BYTES + 1])
{
    int result = -EEXIST;
    for (int number = 1; number <= NAME_TRIES && result == -EEXIST; number++) {
        write_name(name, number, out);
        result = move_without_replacing(self, out);
    }
    return result;
}

int tr_upload_file_keep(tr_upload_file *self, const char *name, bool replaces,
                        char out[TR_STORED_NAME_CAP_BYTES + 1])
{
    int result;
    if (replaces) {
        snprintf(out, TR_STORED_NAME_CAP_BYTES + 1, "%s", name);
        result = renameat(self->incoming, self->name, self->folder, name) == 0 ? 0 : -errno;
    } else {
        result = find_name(self, name, out);
    }
    if (result < 0)
        return result;
    self->name[0] = '\0';
    // The name, too, is to be there after a power cut.
    return fsync(self->folder) == 0 ? 0 : -errno;
}

static void close_one(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

void tr_upload_file_close(tr_upload_file *self)
{
    if (self->file >= 0 && self->name[0] != '\0')
        (void)unlinkat(self->incoming, self->name, 0);
    close_one(&self->file);
    close_one(&self->incoming);
    close_one(&self->folder);
}
