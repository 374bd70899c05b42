#ifndef TR_SDK_SESSION_DOWNLOADS_H
#define TR_SDK_SESSION_DOWNLOADS_H

// A session's download URLs: what is behind each, and what became of it. download_steps.h follows
// them from there.
//
// Thread: the session's. Owns: session->downloads.

#include "base/buf.h"
#include "sdk/session/session_record.h"
#include "sdk/session/source_table.h"
#include "wire/reader.h"

// A request that is not heard of for longer is dead.
#define TR_DOWNLOAD_SILENCE_S 60u

enum tr_download_kind { TR_DOWNLOAD_FROM_BYTES, TR_DOWNLOAD_FROM_FILE, TR_DOWNLOAD_FROM_SOURCE };
enum tr_download_state { TR_DOWNLOAD_OPEN, TR_DOWNLOAD_RUNNING, TR_DOWNLOAD_USED };

typedef struct tr_session_download {
    struct tr_session_download *next;
    tr_sessions *sessions;
    tr_session *session; // NULL: a file that an app's own HTTP route answers with
    char token[TR_SESSION_ID_SIZE + 1];
    char *type; // media type
    enum tr_download_kind kind;
    enum tr_download_state state;
    tr_buf content;          // the bytes; the file's path; what the source began with
    tr_buf at;               // the source's state behind `offset`
    uint64_t offset;         // where the source goes on
    const tr_source *source; // of a source
    uint64_t length;         // of a source: 0 when not known; of a file, once it began
    uint64_t identity;       // of a file, likewise: another one has another
    uint64_t expires_s;
    uint64_t attempt; // of the request that runs
    uint64_t heard_s; // of it
    uint64_t waiting; // of the one that waited last for others to end
    bool is_reading;  // a pool thread has the next piece in work
    UT_hash_handle by_token;
} tr_session_download;

// NULL: no session of this core thread has the URL of that token.
tr_session_download *tr_download_find(tr_sessions *sessions, tr_slice token);

// Makes a URL from a msgpack array [name, media type, kind, content, source's name, length,
// seconds]. TR_EINVALID, TR_ETOOBIG, TR_EFULL (TR_UPLOADS_PER_SESSION_CAP,
// TR_DOWNLOAD_MEMORY_CAP), TR_ENOTFOUND (no such source), TR_EUNAVAILABLE (no gateway could check
// it).
int tr_downloads_make(tr_session *session, tr_slice terms, tr_buf *out_url)
    __attribute__((warn_unused_result));

// The URL is good no more; a request that runs ends at its next step. TR_ENOTFOUND.
int tr_downloads_cancel(tr_session *session, tr_slice url);

// A file of an answer: it is read by the request of that attempt alone, and forgotten with it.
// TR_EFULL: TR_LENT_FILES_CAP.
int tr_downloads_lend(tr_sessions *sessions, const char *path, uint64_t size, uint64_t identity,
                      uint64_t attempt, char out_token[TR_SESSION_ID_SIZE + 1])
    __attribute__((warn_unused_result));
void tr_download_forget(tr_session_download *self);
void tr_downloads_forget_lent(tr_sessions *sessions);

// It is over: what is behind it is let go.
void tr_download_use_up(tr_session_download *self);

// In a session's file, and the way back.
void tr_downloads_write(const tr_session *session, tr_buf *out);
int tr_downloads_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

// Of downloads and uploads.
void tr_session_urls_free(tr_session *session);

#endif
