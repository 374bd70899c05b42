#ifndef TR_UPLOADS_UPLOAD_FILE_H
#define TR_UPLOADS_UPLOAD_FILE_H

// A file that is on its way in. It is written below a folder of its own (TR_INCOMING_FOLDER, inside
// the one for uploads), synced, and only then gets its name: nobody ever sees half of one under its
// name. Its writer holds a lock on it (flock) as long as it lives, so what has none is left over
// from a process that was killed, and can be swept while others write.
//
// Functions return 0 or a number of errno, negative: -ENOSPC, -EDQUOT and -EFBIG when there is no
// room.
//
// Thread: one at a time; they block, so a pool thread. Owns: the file and its descriptors.

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uploads/file_name.h"

#define TR_INCOMING_FOLDER ".incoming"
#define TR_STORED_NAME_CAP_BYTES 255u

typedef struct tr_upload_file {
    int folder;   // of finished files
    int incoming; // of others
    int file;
    char name[96]; // below incoming; "": it is not to be removed
} tr_upload_file;

// Makes both folders where they are not there, and removes what was left over; *out_swept says how
// many.
int tr_upload_folder_prepare(const char *path, unsigned *out_swept)
    __attribute__((warn_unused_result));

// The folders alone, for partial_file.h. On failure nothing is open.
int tr_upload_folders_open(const char *folder, tr_upload_file *out)
    __attribute__((warn_unused_result));

// Removes the files in `incoming` that come in several requests (partial_file.h) and whose time is over.
void tr_upload_folder_sweep(int incoming);

// The names in a folder that is open, from the first one; the caller closes it (closedir). NULL: the
// process has no descriptor left.
DIR *tr_upload_folder_list(int incoming);

int tr_upload_file_open(const char *folder, tr_upload_file *out)
    __attribute__((warn_unused_result));

int tr_upload_file_write(const tr_upload_file *self, const void *bytes, size_t size)
    __attribute__((warn_unused_result));

// To the disk, also what it says of itself.
int tr_upload_file_sync(const tr_upload_file *self) __attribute__((warn_unused_result));

// Gives it its name. One that is taken gets a number ("a-2.txt"; from 101 on a random one), unless `replaces`. The file stays
// open for tr_upload_file_close. `out` is the name that it has.
int tr_upload_file_keep(tr_upload_file *self, const char *name, bool replaces,
                        char out[TR_STORED_NAME_CAP_BYTES + 1]) __attribute__((warn_unused_result));

// Closes it; one that has no name yet is removed.
void tr_upload_file_close(tr_upload_file *self);

#endif
