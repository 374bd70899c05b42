#ifndef TR_UPLOADS_UPLOAD_URL_H
#define TR_UPLOADS_UPLOAD_URL_H

// The signed address at which one file may be uploaded, or downloaded:
//
//     /upload?f=NAME&e=EXPIRES&m=SIZE&t=TOKEN&s=SIGNATURE
//     /download?f=NAME&e=EXPIRES&t=TOKEN&s=SIGNATURE
//
// The token is of the session that made it and names its shard, so that any gateway finds who has
// to say whether it is still good; the rest is checked by the gateway alone. All of it is signed
// (crypto/signature.h), with the path.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "crypto/signature.h"
#include "uploads/file_name.h"
#include "wire/session_id.h"

#define TR_UPLOAD_NO_LIMIT UINT64_MAX

typedef struct tr_upload_grant {
    char token[TR_SESSION_ID_SIZE + 1]; // in the form of a session id; another one
    char name[TR_FILE_NAME_CAP_BYTES + 1];
    uint64_t expires_s; // Unix time
    uint64_t size_max;  // bytes; TR_UPLOAD_NO_LIMIT
    bool replaces;      // a file of that name
} tr_upload_grant;

// What all processes of an app must have alike, and where files go.
typedef struct tr_upload_settings {
    const char *folder; // NULL: there are no uploads
    const char *path;   // of the URLs, with what the app is mounted at: "/app/upload"
    uint64_t size_max;  // of one file, bytes; TR_UPLOAD_NO_LIMIT
    tr_signing_key key;
    bool is_key_lonely; // other processes, which have to check URLs, have other keys
} tr_upload_settings;

// What a gateway tells and asks of an upload (the message upload_step). Each is answered with 0, or
// TR_ENOTFOUND: no session has this URL any more; TR_EGONE: it was used, expired or was cancelled,
// or another request has taken over; TR_EEXISTS: another one is just storing its file;
// TR_EUNAVAILABLE, TR_EFULL: ask again.
enum tr_upload_step {
    TR_UPLOAD_STEP_BEGIN = 1, // may it?
    TR_UPLOAD_STEP_PROGRESS,  // so much is stored: go on?
    TR_UPLOAD_STEP_KEEP,      // all of it is: may it have its name? From here on nobody else may
    TR_UPLOAD_STEP_STORED,    // it has
    TR_UPLOAD_STEP_FAILED     // it has not, and nothing is left of it: the URL is good again
};

// The same of a download (the message download_step). Errors are as above.
enum tr_download_step {
    TR_DOWNLOAD_STEP_LOOK = 1, // what is it? Nothing changes
    TR_DOWNLOAD_STEP_BEGIN,    // may it? Whoever ran before is over
    TR_DOWNLOAD_STEP_READ,     // the bytes at `offset`
    TR_DOWNLOAD_STEP_DONE,     // all of it was sent: the URL is used
    TR_DOWNLOAD_STEP_BROKEN    // it was not: the URL is good again, until it expires
};

#define TR_DOWNLOAD_SIZE_UNKNOWN UINT64_MAX

void tr_upload_url_write(const tr_upload_grant *grant, const tr_upload_settings *settings,
                         tr_buf *out);

// From the decoded parts of a query ("f=a b.txt"). TR_EMALFORMED: a part is missing, double, or
// makes no sense; TR_EREFUSED: the signature is of something else. Whether it has expired is the
// caller's to see.
int tr_upload_url_read(const tr_slice *parts, unsigned count, const tr_upload_settings *settings,
                       tr_upload_grant *out) __attribute__((warn_unused_result));

// The token in the text of a URL, or an empty slice.
tr_slice tr_upload_url_token(tr_slice url);

#endif
