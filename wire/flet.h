#ifndef TR_WIRE_FLET_H
#define TR_WIRE_FLET_H

// The packets of Flet's page protocol, as spoken by Flet 0.86: one WebSocket message = type byte
// 0x00 and msgpack [action, body]. Reading is strict where Flet's server is strict (every body key
// known and present, types right) and knows nothing of pages; writing builds the packets a server
// sends.
//
// Thread: any; pure. Lends: slices point into the packet.

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/slice.h"

enum { TR_FLET_PACKET = 0x00, TR_FLET_DATA_CHANNEL = 0x01, TR_FLET_TROUPE = 0x02 };

enum tr_flet_action {
    TR_FLET_REGISTER = 1,
    TR_FLET_PATCH = 2,
    TR_FLET_EVENT = 3,
    TR_FLET_UPDATE = 4,
    TR_FLET_INVOKE = 5,
    TR_FLET_CRASHED = 6,
    TR_FLET_CHANNEL = 0x100 // no action: a packet of a data channel (protocol section 15)
};

// A packet from a browser. Fields of other actions are zero.
typedef struct tr_flet_packet {
    enum tr_flet_action action;
    uint32_t target;     // event, update, result: control id; channel: its id
    tr_slice session_id; // register; empty when nil
    tr_slice page_name;  // register
    tr_slice page;       // register: msgpack map
    tr_slice name;       // event
    tr_slice call_id;    // result
    tr_slice value;      // event data, update props (a map), result: one msgpack value
    tr_slice error;      // result; empty when nil
    tr_slice bytes;      // channel: anything
} tr_flet_packet;

// Reads a whole WebSocket message, its type byte included; scans it first.
// 0; 1 when it is to be ignored (empty, unknown type byte, a channel's packet without a channel:
// protocol section 1); TR_EMALFORMED (not msgpack, not UTF-8), TR_ETOOBIG (a limit), TR_EPROTOCOL
// (unknown action, missing, unknown or ill-typed body key, a name or id over its limit). A bare
// msgpack array without type byte (clients before 0.86) is TR_EPROTOCOL.
int tr_flet_read(const void *bytes, size_t size, tr_flet_packet *out)
    __attribute__((warn_unused_result));

// Is there a true-ish key of that name in the register packet's page map? (Any integer or true.)
int tr_flet_page_has(tr_slice page, const char *key);

// Each appends a complete packet, type byte included. `page_patch`, `page`, `args`, `props`, `data`
// and `result` are msgpack already; an empty slice stands for an empty map, no args, or nil.
void tr_flet_write_register(tr_buf *out, tr_slice session_id, tr_slice page_patch, tr_slice error);
void tr_flet_write_invoke(tr_buf *out, uint32_t target, tr_slice call_id, tr_slice name,
                          tr_slice args);
void tr_flet_write_crashed(tr_buf *out, tr_slice message);
// A patch of one property of one control; `value` is msgpack.
void tr_flet_write_set(tr_buf *out, uint32_t target, tr_slice name, tr_slice value);

// A packet of a data channel; the same in both directions.
void tr_flet_write_channel(tr_buf *out, uint32_t channel, tr_slice bytes);

// Client side, for tests and load clients.
void tr_flet_write_client_register(tr_buf *out, tr_slice session_id, tr_slice page_name,
                                   tr_slice page);
void tr_flet_write_client_event(tr_buf *out, uint32_t target, tr_slice name, tr_slice data);
void tr_flet_write_client_update(tr_buf *out, uint32_t target, tr_slice props);
void tr_flet_write_client_result(tr_buf *out, uint32_t target, tr_slice call_id, tr_slice result,
                                 tr_slice error);

#endif
