#ifndef TR_SDK_SESSION_UPLOADS_H
#define TR_SDK_SESSION_UPLOADS_H

// A session's upload URLs: which were made, what became of each, and the handler that hears of it.
// upload_steps.h follows them from there.
//
// Thread: the session's. Owns: session->uploads.

#include "base/buf.h"
#include "sdk/session/session_record.h"
#include "wire/reader.h"

enum tr_url_state { TR_URL_OPEN, TR_URL_RUNNING, TR_URL_STORING, TR_URL_USED };

typedef struct tr_session_upload {
    struct tr_session_upload *next;
    tr_session *session;
    char token[TR_SESSION_ID_SIZE + 1];
    char *name;                // as the URL has it
    const tr_handler *handler; // NULL: none
    enum tr_url_state state;
    uint64_t expires_s;
    uint64_t tag;      // the app's
    uint64_t heard_s;  // of its request, or it is in this state since
    uint64_t waiting;  // the attempt that was told to wait for others
    uint64_t attempt;  // of the request that runs or stores
    uint64_t call;     // the handler's last one
    unsigned refusals; // of the end, while that ran
    UT_hash_handle by_token;
} tr_session_upload;

// NULL: no session of this core thread has the URL of that token.
tr_session_upload *tr_upload_find(tr_sessions *sessions, tr_slice token);

uint64_t tr_upload_now_s(void); // Unix time

// Makes a URL for the terms, a msgpack array [file name, seconds, bytes at most (0: as the server's
// limit), replaces, handler's name ("": none)]. TR_EUNAVAILABLE: the server takes no uploads;
// TR_EINVALID, TR_EFULL (TR_UPLOADS_PER_SESSION_CAP), TR_ENOTFOUND (no such handler).
int tr_uploads_make(tr_session *session, tr_slice terms, tr_buf *out_url)
    __attribute__((warn_unused_result));

// The URL is good no more; a request that runs ends at its next step. TR_ENOTFOUND.
int tr_uploads_cancel(tr_session *session, tr_slice url);

// In a session's file, and the way back.
void tr_uploads_write(const tr_session *session, tr_buf *out);
int tr_uploads_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

void tr_uploads_free(tr_session *session);

#endif
