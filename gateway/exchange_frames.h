#ifndef TR_GATEWAY_EXCHANGE_FRAMES_H
#define TR_GATEWAY_EXCHANGE_FRAMES_H

// The frames between the edge and an exchange (RFC 6455 section 5): the edge's are taken apart and put
// together to messages, the exchange's get their heads.
//
// Thread: the exchange's. Owns: the message that is coming in several pieces.

#include "base/buf.h"
#include "troupe/embed.h"

enum { TR_FRAME_HEAD_CAP_BYTES = 14 };
enum tr_frame_code {
    TR_FRAME_CONTINUATION = 0,
    TR_FRAME_TEXT = 1,
    TR_FRAME_BINARY = 2,
    TR_FRAME_CLOSE = 8,
    TR_FRAME_PING = 9,
    TR_FRAME_PONG = 10
};

// Zeroed memory is where frames begin.
typedef struct tr_frame_reader {
    tr_buf message; // so far
    uint64_t left;  // of the frame
    bool is_inside; // a frame
    bool is_last;   // it is its message's last
    bool is_text;   // the message is
    bool is_told;   // the message was lent with the last event
} tr_frame_reader;

enum { TR_FRAMES_MORE = 0, TR_FRAMES_EVENT = 1, TR_FRAMES_PING = 2 };

// Goes on in `in`, which is cut at the front: TR_FRAMES_EVENT: `out` is one; TR_FRAMES_PING: `out` has
// the bytes that a pong is to have; TR_FRAMES_MORE: it needs more; TR_EMALFORMED.
int tr_frames_read(tr_frame_reader *self, tr_slice *in, tr_exchange_event *out)
    __attribute__((warn_unused_result));

void tr_frame_reader_done(tr_frame_reader *self);

// A whole message's or a control frame's head; its size. Masked with zeros, which changes nothing.
size_t tr_frame_head_write(unsigned char out[TR_FRAME_HEAD_CAP_BYTES], enum tr_frame_code code,
                           uint64_t size);

#endif
