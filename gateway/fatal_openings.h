#ifndef TR_GATEWAY_FATAL_OPENINGS_H
#define TR_GATEWAY_FATAL_OPENINGS_H

// Visitors whose page ended the worker that was to open it (a crash in `build`), again and again: they are
// put off, for longer each time, so that one of them costs few workers. Nobody is put off for good, as others
// whose pages were opened at the same moment look alike. A page that the store has is set aside by workers,
// which know more (sdk/roles/restore_tries.h); that of a visitor with a session waits for that to happen.
//
// What is known is this process's: each gateway lets a visitor end as many workers.
//
// Thread: any. Owns: a table of TR_FATAL_OPENINGS_CAP visitors, by hash; one that falls on another takes its
// place.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/slice.h"

#define TR_FATAL_OPENINGS_CAP 1024u
// In a row, each within TR_FATAL_ROW_MS of the one before; with a session, and without.
#define TR_FATAL_OPENINGS 3u
#define TR_FATAL_RESTORES 6u
#define TR_FATAL_ROW_MS 60000u
// The first pause; each doubles, up to the last.
#define TR_FATAL_PAUSE_MS 10000u
#define TR_FATAL_PAUSE_CAP_MS 300000u

typedef struct tr_fatal_openings tr_fatal_openings;

tr_fatal_openings *tr_fatal_openings_new(void);
void tr_fatal_openings_free(tr_fatal_openings **self); // NULL inside is fine

// Who asks for what; never 0. The session and the route are what the registration says.
typedef struct tr_fatal_visitor {
    tr_slice ip;
    tr_slice user_agent;
    tr_slice page_name;
    tr_slice route;
    tr_slice session_id;
} tr_fatal_visitor;
uint32_t tr_fatal_visitor_key(const tr_fatal_visitor *visitor);

// That worker (its node) ended before the page was well: once, however many pages of visitors that look alike
// it had. True: from now on the visitor is put off.
bool tr_fatal_openings_note(tr_fatal_openings *self, uint32_t key, bool has_session, uint64_t node,
                            uint64_t now_ms);
// Its page was well.
void tr_fatal_openings_forgive(tr_fatal_openings *self, uint32_t key);
// May it be opened now?
bool tr_fatal_openings_may(tr_fatal_openings *self, uint32_t key, bool has_session,
                           uint64_t now_ms);

#endif
