#ifndef TR_GATEWAY_SITE_H
#define TR_GATEWAY_SITE_H

// All that the gateways of a process serve over HTTP: the app's own files first, then the client's,
// which is the one in this program or Flet's from a folder; pages and manifests are tailored.
//
// Thread: made and closed by one; constant between, for any. Owns: the files. The gateways that
// serve it stop first.

#include "base/buf.h"
#include "gateway/http.h"
#include "gateway/tailor.h"

typedef struct tr_site tr_site;

// Texts are copied.
typedef struct tr_site_options {
    const char *assets;  // a folder of the app's own; NULL: none
    const char *flutter; // the folder of Flet's client, used unless the renderer is ours
    const char *desk;    // a folder of `troupe dev`; NULL: none
    tr_tailoring tailoring;
    bool has_first_paint; // of tr_app; for our own client, and addresses that a server is told
} tr_site_options;

// Errors as of tr_folder_open, with one clear line in `error`; TR_ENOTFOUND also for a folder that
// holds no client of Flet's.
int tr_site_open(const tr_site_options *options, tr_site **out, tr_buf *error)
    __attribute__((warn_unused_result));

// Fine with NULL.
void tr_site_close(tr_site **self);

tr_http_site tr_site_http(const tr_site *self);

#endif
