#ifndef TR_WIRE_TAP_H
#define TR_WIRE_TAP_H

// What a gateway of `troupe dev` tells of its browsers' packets where they are recorded: pieces in a FIFO, each written
// at once (so that those of several core threads do not mix), in this machine's byte order.
//
// Thread: any; a format.

#include <stdint.h>

#define TR_TAP_NAME "packets" // in the folder of --desk

enum tr_tap_kind { TR_TAP_FROM_BROWSER, TR_TAP_TO_BROWSER, TR_TAP_GONE, TR_TAP_KINDS };

// In front of each piece.
typedef struct tr_tap_head {
    uint64_t connection; // not 0
    uint64_t at_ms;      // of the monotonic clock
    uint32_t number;     // of the packet; 0: it has none
    uint16_t size;       // of the piece, behind this
    uint8_t kind;
    uint8_t is_last; // of its packet
} tr_tap_head;
_Static_assert(sizeof(tr_tap_head) == 24, "no holes: it is written as it is");

enum { TR_TAP_PIECE_CAP = 4096 - sizeof(tr_tap_head) }; // PIPE_BUF: what is written in one piece

#endif
