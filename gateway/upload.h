#ifndef TR_GATEWAY_UPLOAD_H
#define TR_GATEWAY_UPLOAD_H

// One request with a file, or with a part of one: a coroutine that asks the session whose URL it is, has pool threads
// write what comes, and answers the browser. Memory: two buffers of TR_UPLOAD_BUFFER_BYTES; behind
// that the request is not read.
//
//     begin? ─▶ open ─▶ write … write ─▶ sync ─▶ keep? ─▶ name it ─▶ stored! ─▶ 201
//
// On any failure the temporary file is removed, the session is told why, and the browser gets the
// status that says it.
//
// Thread: the gateway's core thread. Owns: its buffer and its file; the socket is the edge's.

#include <stdbool.h>
#include <stdint.h>

#include "uploads/upload_url.h"

typedef struct tr_gateway tr_gateway;
typedef struct tr_socket tr_socket;
typedef struct tr_upload tr_upload;

#define TR_UPLOAD_SIZE_UNKNOWN UINT64_MAX

// The file in one request; or in several, as tus 1.0 has it: one that creates it, some that append
// to it, and some that look how much is there. Between them it lies in the shared folder
// (uploads/partial_file.h), so each may reach another gateway.
enum tr_upload_kind { TR_UPLOAD_PUT, TR_UPLOAD_CREATE, TR_UPLOAD_LOOK, TR_UPLOAD_APPEND };

typedef struct tr_upload_request {
    enum tr_upload_kind kind;
    tr_socket *socket;
    const tr_upload_grant *grant; // copied
    uint64_t size;                // of the body, bytes; TR_UPLOAD_SIZE_UNKNOWN: in chunks
    uint64_t length;              // of the file that is created, bytes
    uint64_t offset;              // where what is appended belongs
} tr_upload_request;

// A status, and a sentence for people. Constant texts.
typedef struct tr_upload_answer {
    unsigned status;
    const char *text;
} tr_upload_answer;

// What the browser is told.
typedef struct tr_upload_reply {
    unsigned status;
    const char *text;
    bool is_created;
    bool has_offset;
    uint64_t offset; // bytes of the file that are there
    uint64_t length; // and of the whole
} tr_upload_reply;

// 0, and from then on `out` hears what becomes of the socket, until it has been answered with
// tr_socket_answer; TR_EFULL: too many at once.
int tr_upload_begin(tr_gateway *gateway, const tr_upload_request *request, tr_upload **out)
    __attribute__((warn_unused_result));

// From the edge. Bytes are lent for the call.
void tr_upload_on_piece(tr_upload *self, const void *bytes, size_t size);
void tr_upload_on_whole(tr_upload *self);  // that was all
void tr_upload_on_broken(tr_upload *self); // the bytes are no body
void tr_upload_on_gone(tr_upload *self);   // the socket is closed: it is not touched any more

// The gateway stops: what is under way ends by itself.
void tr_uploads_end(tr_gateway *gateway);

#endif
