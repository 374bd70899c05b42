#ifndef TR_GATEWAY_BROWSER_TELL_H
#define TR_GATEWAY_BROWSER_TELL_H

// What a browser's actor tells its session and must not be lost: how many packets went out, and that
// the connection is gone. Counts add up and a connection ends once, so what finds the way full is two
// numbers and no queue; they are told again after TR_TELL_MS (tr_browser.tell_ms).
//
// Thread: the gateway's core thread.

#include "gateway/browser.h"

// Tells what is due.
void tr_browser_tell(tr_browser *self);

// So many more packets went out. While the session is on its way they are kept for where it arrives.
void tr_browser_tell_written(tr_connection *connection, uint32_t packets);

// A packet of its browser. What tr_send returns.
int tr_browser_tell_packet(tr_browser *self, const tr_flet_packet *packet);

// To this session, from now on the browser's: the connection is gone.
void tr_browser_tell_gone(tr_browser *self, tr_address session, unsigned code);

// What tells it from the process's other ones where packets are recorded.
uint64_t tr_browser_number(const tr_browser *self);

// Records what its session says to it. NULL: a message from the bus need not have a packet.
void tr_browser_record(const tr_browser *self, uint32_t number, tr_packet *packet);

#endif
