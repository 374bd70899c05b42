#ifndef TR_SDK_SESSION_RESTORE_MARK_H
#define TR_SDK_SESSION_RESTORE_MARK_H

// That a page's restore was begun, kept in the store beside the page, by the id that is its twin: if the
// process ends on it, the next one finds the mark. It is written with the page's fence, and expires.
//
// Thread: the session's. Owns: nothing.

#include "sdk/session/session_record.h"

typedef struct tr_restore_mark {
    uint64_t program; // that tried (program_id.h)
    uint64_t cause;   // what the restore was to do besides: another one may go better
    uint32_t tries;   // begun for that cause, and not ended
    uint32_t all;     // and for any
} tr_restore_mark;

// False: it is none, or another program's: a newer one may be mended.
bool tr_restore_mark_read(tr_slice bytes, uint64_t program, tr_restore_mark *out);
void tr_restore_mark_write(const tr_restore_mark *self, tr_buf *out);

// Writes a session's mark, in place of the one before; its shard is ours in the store. `done` runs once,
// later, with 0 or a code. TR_EUNAVAILABLE: it does not run.
typedef void tr_restore_marked(void *arg, int status);
int tr_restore_mark_save(tr_sessions *sessions, const char *id, const tr_restore_mark *mark,
                         uint64_t ttl_ms, tr_restore_marked *done, void *arg)
    __attribute__((warn_unused_result));

// Its page is well, or nobody is to know any more.
void tr_restore_mark_delete(tr_sessions *sessions, const char *id);

#endif
