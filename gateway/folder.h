#ifndef TR_GATEWAY_FOLDER_H
#define TR_GATEWAY_FOLDER_H

// A folder of files to serve, read once into memory, so that a request never touches a disk and a
// file that is edited meanwhile is never half sent. A change in the folder shows after a restart.
//
// A link is followed if it stays inside; what leads out of the folder is left out, with a line in
// the log.
//
// FILE.gz beside FILE, and not older, is FILE compressed; names that begin with a dot, and folders
// deeper than TR_FOLDER_DEPTH_CAP, are left out.
//
// Thread: any; constant once open. Owns: names and bytes.

#include <stddef.h>

#include "base/buf.h"
#include "gateway/assets.h"

#define TR_FOLDER_DEPTH_CAP 16

typedef struct tr_folder tr_folder;

// TR_ENOTFOUND (no such folder), TR_EFULL (over TR_SITE_FILES_CAP or TR_SITE_BYTES_CAP) or
// TR_ESYSTEM (something in it cannot be read), with one clear line in `error`.
int tr_folder_open(const char *path, tr_folder **out, tr_buf *error)
    __attribute__((warn_unused_result));

// Fine with NULL.
void tr_folder_close(tr_folder **self);

const tr_asset *tr_folder_assets(const tr_folder *self);
size_t tr_folder_count(const tr_folder *self);

// The ETag of these bytes; `out` has room for TR_ETAG_CAP_BYTES.
#define TR_ETAG_CAP_BYTES 24
void tr_etag(const unsigned char *bytes, size_t size, char *out);

#endif
