#ifndef TR_WIRE_FLET_H
#define TR_WIRE_FLET_H

// The packets of Flet's page protocol, as spoken by Flet 0.86: one WebSocket message = type byte
// 0x00 and msgpack [action, body]. Reading is strict where Flet's server is strict (every body key
// known and present, types right) and knows nothing of pages; writing builds the packets a server
// sends.
//
// Thread: any; pure. Lends: slices point into the packet.

#include <stdbool.h>
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
    TR_FLET_CHANNEL = 0x100, // no action: a packet of a data channel (protocol section 15)
    TR_FLET_SEEN = 0x101,    // nor this: an acknowledgement alone
    TR_FLET_PING = 0x102     // nor this: is anybody there?
};

// Packets of type 0x02 are between Troupe's client and Troupe; numbers are little endian. Towards a
// browser they begin once it asked for numbers at its registration (page map, "resume"); the
// answer is the first.
//
//     02 00 number(4) seen(4) packet    a packet of type 00 or 01, and what the sender has of ours
//     02 01 seen(4)                     what the sender has of ours; also the answer to a ping
//     02 02                             ping; from browsers only
enum tr_flet_own { TR_FLET_OWN_NUMBERED, TR_FLET_OWN_SEEN, TR_FLET_OWN_PING };
#define TR_FLET_HEAD_BYTES 10u // of a numbered packet
#define TR_FLET_SEEN_BYTES 6u

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
    uint32_t number;     // of a numbered packet; 0: it has none
    uint32_t seen;       // numbered or seen: the last number of ours that the browser has
} tr_flet_packet;

// Reads a whole WebSocket message, its type byte included; scans it first.
// 0; 1 when it is to be ignored (empty, unknown type byte, a channel's packet without a channel:
// protocol section 1); TR_EMALFORMED (not msgpack, not UTF-8), TR_ETOOBIG (a limit), TR_EPROTOCOL
// (unknown action, missing, unknown or ill-typed body key, a name or id over its limit). A bare
// msgpack array without type byte (clients before 0.86) is TR_EPROTOCOL.
int tr_flet_read(const void *bytes, size_t size, tr_flet_packet *out)
    __attribute__((warn_unused_result));

// The head of a numbered packet; and an acknowledgement alone.
void tr_flet_write_head(uint8_t out[TR_FLET_HEAD_BYTES], uint32_t number, uint32_t seen);
void tr_flet_write_seen(uint8_t out[TR_FLET_SEEN_BYTES], uint32_t seen);

// What a page map says under "resume": the document's own number (random, not 0), the oldest number
// that it holds or will give, the last number of ours that it has. False: nothing, or nonsense.
typedef struct tr_flet_resume {
    uint64_t document;
    uint32_t first;
    uint32_t seen;
} tr_flet_resume;
bool tr_flet_page_resume(tr_slice page, tr_flet_resume *out);

// Is there a true-ish key of that name in the register packet's page map? (Any integer or true.)
int tr_flet_page_has(tr_slice page, const char *key);

// Each appends a complete packet, type byte included. `page_patch`, `page`, `args`, `props`, `data`
// and `result` are msgpack already; an empty slice stands for an empty map, no args, or nil.
void tr_flet_write_register(tr_buf *out, tr_slice session_id, tr_slice page_patch, tr_slice error);
// The answer to a browser whose client counts: its packets up to `taken` were taken; what it missed
// follows, up to number `until`. One that has its page still gets no page.
void tr_flet_write_counted(tr_buf *out, tr_slice session_id, tr_slice page_patch, uint32_t taken,
                           uint32_t until);
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
