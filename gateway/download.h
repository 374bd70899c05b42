#ifndef TR_GATEWAY_DOWNLOAD_H
#define TR_GATEWAY_DOWNLOAD_H

// One request that is answered by another process, piece by piece: for a file of a page, or one that
// the app answers itself (troupe/pages/http_route.h). For a file it is a coroutine that asks the session whose URL it is for one piece
// after the other, and has the edge send them. The next piece is asked for while one is sent, so
// two of TR_DOWNLOAD_PIECE_BYTES are in memory, however large the file is and however slow the
// browser.
//
//     begin? ─▶ head ─▶ read, send … read, send ─▶ done!
//
// Before the head a failure is a status that says it; after it the connection is closed before its
// end, so that the browser sees a failed download. Either way the session is told.
//
// Thread: the gateway's core thread. Owns: its pieces; the socket is the edge's.

#include <stdbool.h>
#include <stdint.h>

#include "gateway/http_call.h"
#include "troupe/slice.h"
#include "uploads/upload_url.h"

typedef struct tr_gateway tr_gateway;
typedef struct tr_socket tr_socket;
typedef struct tr_download tr_download;

typedef struct tr_download_request {
    tr_socket *socket;
    const tr_upload_grant *grant; // copied
    bool is_head;
    tr_slice range; // headers; copied
    tr_slice if_range;
    tr_http_call *call; // instead of a grant: taken over, also on failure
} tr_download_request;

// What the browser is told before the bytes. Texts are lent for the call.
typedef struct tr_download_reply {
    unsigned status;
    const char *text; // of a refusal, for people; constant. NULL: none, the rest counts
    const char *name; // to save it under; NULL: none
    tr_slice headers; // the app's own, as of the message http_answer; empty: none
    tr_slice type;
    tr_slice etag;  // empty: parts cannot be asked for
    uint64_t size;  // of the whole; TR_DOWNLOAD_SIZE_UNKNOWN
    uint64_t first; // of 206
    uint64_t part;  // bytes that come; TR_DOWNLOAD_SIZE_UNKNOWN
} tr_download_reply;

// 0, and from then on `out` hears what becomes of the socket until it lets go of it
// (tr_socket_download_*); TR_EFULL: too many at once.
int tr_download_begin(tr_gateway *gateway, const tr_download_request *request, tr_download **out)
    __attribute__((warn_unused_result));

// From the edge.
void tr_download_on_sent(tr_download *self); // the piece is no longer needed
void tr_download_on_gone(tr_download *self); // the socket is closed: it is not touched any more

// The gateway stops: what is under way ends by itself.
void tr_downloads_end(tr_gateway *gateway);

#endif
