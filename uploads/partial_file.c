#include "uploads/partial_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// The first one of the token, in `name`; -ENOENT: none.
static int find_name(int incoming, const char *token, char *name, size_t cap)
{
    int result = -ENOENT;
    size_t size = strlen(token);
    DIR *folder = tr_upload_folder_list(incoming);
    if (folder == NULL)
        return -EIO;
    for (struct dirent *one; result != 0 && (one = readdir(folder)) != NULL;) {
        size_t length = strlen(one->d_name);
        if (strncmp(one->d_name, token, size) != 0 || one->d_name[size] != '-' || length >= cap)
            continue;
        memcpy(name, one->d_name, length + 1);
        result = 0;
    }
    closedir(folder);
    return result;
}

static uint64_t length_in(const char *name)
{
    unsigned long long length = 0;
    const char *dash = strchr(name, '-');
    return dash != NULL && sscanf(dash + 1, "%llu-", &length) == 1 ? length : 0;
}

// Only its folders are open.
static int open_found(tr_upload_file *self, const char *token, tr_partial *out)
{
    struct stat facts;
    int result = find_name(self->incoming, token, self->name, sizeof self->name);
    if (result < 0)
        return result;
    self->file = openat(self->incoming, self->name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (self->file < 0 || fstat(self->file, &facts) != 0)
        return -errno;
    *out = (tr_partial){.length = length_in(self->name), .offset = (uint64_t)facts.st_size};
    return 0;
}

static int lock(const tr_upload_file *self, tr_partial *io)
{
    struct stat facts;
    if (flock(self->file, LOCK_EX | LOCK_NB) != 0)
        return -errno;
    if (fstat(self->file, &facts) != 0)
        return -errno;
    io->offset = (uint64_t)facts.st_size; // what another one has written meanwhile counts
    return facts.st_nlink != 0 ? 0 : -ENOENT;
}

int tr_partial_open(const char *folder, const char *token, tr_upload_file *out_file,
                    tr_partial *out)
{
    tr_upload_file self;
    int result = tr_upload_folders_open(folder, &self);
    if (result == 0)
        result = open_found(&self, token, out);
    if (result == 0)
        result = lock(&self, out);
    if (result < 0)
        tr_partial_leave(&self);
    else
        *out_file = self;
    return result;
}

int tr_partial_find(const char *folder, const char *token, tr_partial *out)
{
    tr_upload_file self;
    int result = tr_upload_folders_open(folder, &self);
    if (result == 0)
        result = open_found(&self, token, out);
    tr_partial_leave(&self);
    return result;
}

int tr_partial_create(const char *folder, const char *token, uint64_t length, uint64_t expires_s)
{
    tr_upload_file self;
    tr_partial partial;
    int result;
    while ((result = tr_partial_open(folder, token, &self, &partial)) == 0)
        tr_upload_file_close(&self);
    if (result != -ENOENT)
        return result;
    result = tr_upload_folders_open(folder, &self);
    if (result < 0)
        return result;
    // Nobody may come again for those that were left, and they take room.
    tr_upload_folder_sweep(self.incoming);
    snprintf(self.name, sizeof self.name, "%s-%llu-%llu.tus", token, (unsigned long long)length,
             (unsigned long long)expires_s);
    self.file = openat(self.incoming, self.name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    result = self.file >= 0 ? 0 : -errno;
    tr_partial_leave(&self);
    return result;
}

void tr_partial_leave(tr_upload_file *self)
{
    self->name[0] = '\0';
    tr_upload_file_close(self);
}
