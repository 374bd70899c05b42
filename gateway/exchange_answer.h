#ifndef TR_GATEWAY_EXCHANGE_ANSWER_H
#define TR_GATEWAY_EXCHANGE_ANSWER_H

// Takes apart what the edge answers an embedding server (RFC 9112): heads, bodies by their length, in
// chunks or to the end of the connection.
//
// Thread: the exchange's. Owns: the list of headers, which lends what `in` lends.

#include "base/buf.h"
#include "gateway/chunked.h"
#include "troupe/embed.h"

enum tr_answer_state {
    TR_ANSWER_BEGIN,
    TR_ANSWER_LENGTH,
    TR_ANSWER_CHUNKS,
    TR_ANSWER_UNTIL_END, // of the connection
    TR_ANSWER_LAST,      // its end is still to be told
    TR_ANSWER_OVER,
    TR_ANSWER_UPGRADED // what follows are frames
};

// Zeroed memory is where an answer begins.
typedef struct tr_answer_reader {
    enum tr_answer_state state;
    bool is_head; // the request was HEAD
    uint64_t left;
    tr_chunked chunks;
    tr_buf headers; // tr_embed_header
} tr_answer_reader;

// Goes on in `in`, which is cut at the front, and whose names become small letters: 1: `out` is an
// event; 0: it needs more; TR_EMALFORMED.
int tr_answer_read(tr_answer_reader *self, tr_slice *in, tr_exchange_event *out)
    __attribute__((warn_unused_result));

// The connection has ended: does that end the answer, too?
bool tr_answer_ends_here(const tr_answer_reader *self);

void tr_answer_reader_done(tr_answer_reader *self);

#endif
