#ifndef TROUPE_PAGES_OBJECT_STORE_H
#define TROUPE_PAGES_OBJECT_STORE_H

// Files in a store that speaks S3's protocol (AWS, MinIO, Ceph, Garage, R2 …): browsers send and fetch
// them there themselves, by addresses that are signed here, so that nothing goes through this
// server and any process of the app reads them.
//
//     static tr_object_store files = {.url = "https://files.s3.eu-central-1.amazonaws.com",
//                                     .region = "eu-central-1"};
//
//     char url[TR_OBJECT_URL_CAP_BYTES];
//     if (tr_object_url(url, &files, .key = "in/report.pdf", .method = "PUT", .size = size) == 0)
//         ui_upload(ev, .files = UI_VALUES(ui_file_picker_upload_file(.upload_url = url, .id = id)));
//
// A handler reads what has arrived with tr_http_get and an address of the method GET. The store must
// allow the page's origin (CORS), and the program is told the store's with --upload-origins, so that
// pages may connect to it. docs/uploads.md goes through it.

#include <stddef.h>
#include <stdint.h>

#include "troupe/language.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_OBJECT_URL_CAP_BYTES 4096u // with its closing zero byte

// Texts are borrowed.
typedef struct tr_object_store {
    const char *url;    // where keys begin, with the bucket: "https://store.example:9000/bucket"
    const char *region; // NULL: "us-east-1", which stores of one place take
    const char *access_key; // who signs
    const char *secret_key;
} tr_object_store;

typedef struct tr_object_terms {
    const char *key;    // of the object: "in/2026/report.pdf"; no segment is empty, "." or ".."
    const char *method; // "GET" (NULL), "PUT", "HEAD" or "DELETE"
    uint64_t size;      // of PUT, bytes: exactly so many are taken; 0: any number
    unsigned expires_s; // until the request begins; 0: 600; at most a week
} tr_object_terms;

// Writes a URL that whoever has it may use, for this method and key, until it expires. It may be used
// more than once. Nothing is asked of the store. Thread: any.
//
// 0; TR_EINVALID (no store, key, method or time like that), TR_ETOOBIG: `out`.
int tr_object_url(char out[TR_OBJECT_URL_CAP_BYTES], const tr_object_store *store,
                  const tr_object_terms *terms);
#define tr_object_url(out, store, ...)                                                             \
    tr_object_url((out), (store), &TR_GIVEN_(tr_object_terms, __VA_ARGS__))

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
