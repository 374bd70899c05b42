#include "gateway/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "troupe/err.h"
#include "wire/limits.h"

struct tr_folder {
    tr_asset *assets; // sorted by path
    time_t *changed;  // of each, while it is being read
    size_t count;
    size_t cap;
    size_t bytes;
};

// A walk through one folder: the files go to `folder`, named from its top.
typedef struct walk {
    tr_folder *folder;
    const char *top;
    int folder_fd; // of the top
    tr_buf *error;
} walk;

static int complain(const walk *self, int code, const char *path, const char *reason)
{
    tr_buf_printf(self->error, "%s/%s: %s", self->top, path, reason);
    return code;
}

void tr_etag(const unsigned char *bytes, size_t size, char *out)
{
    snprintf(out, TR_ETAG_CAP_BYTES, "\"%016llx\"", (unsigned long long)tr_hash(bytes, size));
}

static void add(tr_folder *self, const char *path, unsigned char *data, const struct stat *facts)
{
    if (self->count == self->cap) {
        self->cap = self->cap != 0 ? self->cap * 2 : 64;
        self->assets = tr_realloc(self->assets, self->cap * sizeof *self->assets);
        self->changed = tr_realloc(self->changed, self->cap * sizeof *self->changed);
    }
    self->changed[self->count] = facts->st_mtime;
    self->assets[self->count++] = (tr_asset){
        .path = tr_copy_text(path, strlen(path)), .data = data, .size = (size_t)facts->st_size};
    self->bytes += (size_t)facts->st_size;
}

static int read_all(int file, unsigned char *out, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(file, out + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return TR_ESYSTEM;
        done += (size_t)got;
    }
    return 0;
}

static int take_file(const walk *self, int file, const char *path, const struct stat *facts)
{
    size_t size = (size_t)facts->st_size;
    if (self->folder->count == TR_SITE_FILES_CAP)
        return complain(self, TR_EFULL, path, "too many files to serve");
    if (size > TR_SITE_BYTES_CAP - self->folder->bytes)
        return complain(self, TR_EFULL, path, "too many bytes to serve from memory");
    unsigned char *data = tr_try_alloc(size != 0 ? size : 1);
    if (data == NULL)
        return complain(self, TR_EFULL, path, "no memory for it");
    if (read_all(file, data, size) < 0) {
        tr_free(data);
        return complain(self, TR_ESYSTEM, path, "cannot be read");
    }
    add(self->folder, path, data, facts);
    return 0;
}

static int take_folder(const walk *self, int folder, const char *path, unsigned depth);

// Links are followed as long as they stay inside the folder; where the kernel cannot see to that
// (before Linux 5.6, or where openat2 is not allowed), none is.
static int open_inside(const walk *self, const char *path)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH};
    long entry = syscall(SYS_openat2, self->folder_fd, path, &how, sizeof how);
    if (entry >= 0 || (errno != ENOSYS && errno != EPERM))
        return (int)entry;
    return openat(self->folder_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
}

static int take_entry(const walk *self, const char *path, unsigned depth)
{
    int entry = open_inside(self, path);
    if (entry < 0 && (errno == EXDEV || errno == ELOOP)) {
        tr_log(TR_LOG_WARN,
               "event=asset_left_out folder=%s path=%s reason=\"a link out of the folder\"",
               tr_log_quote(self->top, (unsigned)strlen(self->top)),
               tr_log_quote(path, (unsigned)strlen(path)));
        return 0;
    }
    if (entry < 0)
        return complain(self, TR_ESYSTEM, path, strerror(errno));
    struct stat facts;
    int result = 0;
    if (fstat(entry, &facts) < 0)
        result = complain(self, TR_ESYSTEM, path, strerror(errno));
    else if (S_ISDIR(facts.st_mode) && depth < TR_FOLDER_DEPTH_CAP)
        return take_folder(self, entry, path, depth + 1);
    else if (S_ISREG(facts.st_mode))
        result = take_file(self, entry, path, &facts);
    close(entry);
    return result;
}

// Takes over the descriptor.
static int take_folder(const walk *self, int folder, const char *path, unsigned depth)
{
    DIR *listing = fdopendir(folder);
    if (listing == NULL) {
        close(folder);
        return complain(self, TR_ESYSTEM, path, strerror(errno));
    }
    int result = 0;
    for (struct dirent *entry; result == 0 && (entry = readdir(listing)) != NULL;) {
        char below[TR_HTTP_PATH_CAP_BYTES];
        if (entry->d_name[0] == '.')
            continue;
        int size =
            snprintf(below, sizeof below, "%s%s%s", path, *path != '\0' ? "/" : "", entry->d_name);
        // Longer than any path that is looked up.
        if (size >= (int)sizeof below)
            continue;
        result = take_entry(self, below, depth);
    }
    closedir(listing);
    return result;
}

static size_t find(const tr_folder *self, const char *path, size_t size)
{
    for (size_t i = 0; i < self->count; i++)
        if (strncmp(self->assets[i].path, path, size) == 0 && self->assets[i].path[size] == '\0')
            return i;
    return self->count;
}

static void free_asset(tr_asset *self)
{
    tr_free((void *)(uintptr_t)self->path);
    tr_free((void *)(uintptr_t)self->data);
    tr_free((void *)(uintptr_t)self->gzip);
    tr_free((void *)(uintptr_t)self->etag);
}

// Files named FILE.gz become FILE's compressed form.
static void pair_up(tr_folder *self)
{
    for (size_t i = 0; i < self->count;) {
        tr_asset *packed = &self->assets[i];
        size_t size = strlen(packed->path);
        bool is_packed = size > 3 && strcmp(packed->path + size - 3, ".gz") == 0;
        size_t plain = is_packed ? find(self, packed->path, size - 3) : self->count;
        if (plain == self->count) {
            i++;
            continue;
        }
        if (self->changed[i] >= self->changed[plain]) {
            self->assets[plain].gzip = packed->data;
            self->assets[plain].gzip_size = packed->size;
            packed->data = NULL;
        }
        free_asset(packed);
        // An entry that moves here from the end is looked at next; pairs made before stay.
        self->assets[i] = self->assets[--self->count];
        self->changed[i] = self->changed[self->count];
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const tr_asset *)a)->path, ((const tr_asset *)b)->path);
}

static void finish(tr_folder *self)
{
    pair_up(self);
    tr_free(self->changed);
    self->changed = NULL;
    if (self->count != 0)
        qsort(self->assets, self->count, sizeof *self->assets, by_path);
    for (size_t i = 0; i < self->count; i++) {
        char etag[TR_ETAG_CAP_BYTES];
        tr_etag(self->assets[i].data, self->assets[i].size, etag);
        self->assets[i].etag = tr_copy_text(etag, strlen(etag));
    }
}

int tr_folder_open(const char *path, tr_folder **out, tr_buf *error)
{
    int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0) {
        tr_buf_printf(error, "%s: %s", path, strerror(errno));
        return TR_ENOTFOUND;
    }
    tr_folder *self = tr_new(tr_folder);
    walk whole = {.folder = self, .top = path, .folder_fd = dup(top), .error = error};
    int result = take_folder(&whole, top, "", 0);
    close(whole.folder_fd);
    if (result < 0) {
        tr_folder_close(&self);
        return result;
    }
    finish(self);
    *out = self;
    return 0;
}

void tr_folder_close(tr_folder **self)
{
    tr_folder *folder = *self;
    if (folder == NULL)
        return;
    for (size_t i = 0; i < folder->count; i++)
        free_asset(&folder->assets[i]);
    tr_free(folder->assets);
    tr_free(folder->changed);
    tr_free(folder);
    *self = NULL;
}

const tr_asset *tr_folder_assets(const tr_folder *self)
{
    return self->assets;
}

size_t tr_folder_count(const tr_folder *self)
{
    return self->count;
}
