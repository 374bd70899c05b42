#ifndef TR_GATEWAY_TAILOR_H
#define TR_GATEWAY_TAILOR_H

// A client's files as built know nothing of the server that serves them: these three tell them. The
// files on the disk stay as they are.
//
// Thread: any; pure.

#include <stdbool.h>

#include "base/buf.h"
#include "troupe/slice.h"

// The client that draws the page: our own, or Flet's with Flutter's choice of renderer, its
// JavaScript build or its WebAssembly build.
typedef enum tr_renderer {
    TR_RENDERER_HTML,
    TR_RENDERER_AUTO,
    TR_RENDERER_CANVASKIT,
    TR_RENDERER_SKWASM
} tr_renderer;

typedef struct tr_tailoring {
    const char *app_name;    // NULL: titles stay
    const char *mount;       // "" or "/a/b", of TR_MOUNT_CHARACTERS
    const char *socket_path; // of WebSockets, below the mount: "/ws"; NULL: that
    tr_renderer renderer;
    bool has_hash_routes; // routes are in the address's fragment, not in its path
    bool has_desk;        // `troupe dev` shows the page what it has to say (edge_desk.c)
} tr_tailoring;

#define TR_MOUNT_CHARACTERS "/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

#define TR_SOCKET_PATH "/ws"

// index.html, ours or Flet's: base href, titles, and where the socket and Flet's engine are.
void tr_tailor_index(const tr_tailoring *self, tr_slice file, tr_buf *out);

// manifest.json: the name under which a page is put on a home screen.
void tr_tailor_manifest(const tr_tailoring *self, tr_slice file, tr_buf *out);

// Flutter's FontManifest.json: Roboto, which its engine would fetch from far away otherwise.
void tr_tailor_fonts(tr_slice file, tr_buf *out);

#endif
