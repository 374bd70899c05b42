#ifndef TR_GATEWAY_BROWSER_FATAL_H
#define TR_GATEWAY_BROWSER_FATAL_H

// Whether a browser's page ends the workers that open it (fatal_openings.h).
//
// Thread: the gateway's core thread. Owns: nothing.

#include "gateway/browser.h"

// Its registration came. False: it is put off.
bool tr_browser_may_open(tr_browser *self, const tr_flet_packet *packet);

// Its worker has ended.
void tr_browser_note_worker_end(const tr_browser *self, uint64_t now_ms);

#endif
