#ifndef TR_SDK_ROLES_SET_ASIDE_H
#define TR_SDK_ROLES_SET_ASIDE_H

// Pages that are not restored any more, as each process that began to ended on it (restore_tries.h). What they
// were is in the store until it expires there; their mark says so to every process. Kept here is what
// operators are told of those whose browsers have come since this process began: at most
// TR_SET_ASIDE_CAP, the newest.
//
// A program of another build tries them again, and so does this one after `troupe evict`.
//
// Thread: the core thread's. Owns: their list.

#include "sdk/session/session_record.h"

#define TR_SET_ASIDE_CAP 128u
#define TR_SET_ASIDE_REASON                                                                        \
    "the server failed each time that it went on with this page; start anew, or come later"

typedef struct tr_set_aside {
    struct tr_set_aside *next;
    struct tr_set_aside *prev;
    char id[TR_SESSION_ID_SIZE + 1];
    uint64_t since_ms;
} tr_set_aside;

// Its browser was sent away. The operator's log is told once.
void tr_set_aside_note(tr_sessions *sessions, const char *id);

// The one whose id begins so, NULL: none, or several. Frees it: it is tried again when its browser comes; or
// ends it for good.
const tr_set_aside *tr_set_aside_find(const tr_sessions *sessions, tr_slice name);
void tr_set_aside_release(tr_sessions *sessions, const tr_set_aside *one, bool is_end);

// Is its shard ours, so that what is said of it here is true?
bool tr_set_aside_is_ours(const tr_sessions *sessions, const tr_set_aside *one);

uint32_t tr_set_aside_count(const tr_sessions *sessions);
void tr_set_aside_free(tr_sessions *sessions);

#endif
