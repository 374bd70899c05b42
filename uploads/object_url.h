#ifndef TR_UPLOADS_OBJECT_URL_H
#define TR_UPLOADS_OBJECT_URL_H

// Addresses of objects in a store that speaks S3's protocol, good for whoever has them, for one method,
// for a while: presigned as AWS Signature Version 4 has it
// (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
//
// Thread: any; pure.

#include <stdint.h>

#include "base/buf.h"

#define TR_OBJECT_KEY_CAP_BYTES 1024u   // as S3 has it
#define TR_OBJECT_EXPIRES_CAP_S 604800u // likewise

// Texts are needed, all of them.
typedef struct tr_object_request {
    const char *endpoint; // "https://host:port/bucket"
    const char *region;
    const char *access_key;
    const char *secret_key;
    const char *method;
    const char *key; // slashes stay
    uint64_t size;   // of the body, which is signed, too; 0: any
    uint64_t expires_s;
    uint64_t now_s; // Unix time
} tr_object_request;

// Appends the URL. TR_EINVALID: no such endpoint or key can be (one with a segment that a browser would
// leave out: "", "." or ".."), or the time is none.
int tr_object_url_write(const tr_object_request *request, tr_buf *out)
    __attribute__((warn_unused_result));

#endif
