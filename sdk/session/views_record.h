#ifndef TR_SDK_SESSION_VIEWS_RECORD_H
#define TR_SDK_SESSION_VIEWS_RECORD_H

// A session's record of its views: views.c works with it, views_file.c saves it.
//
// Thread: the session's. Owns: its texts.

#include <stdint.h>

#include "sdk/session/views.h"
#include "wire/limits.h"

#define TR_LAYERS_CAP (TR_ROUTE_DEPTH_CAP + 1)

// A view that a route made. Its path is the view's `route`, too: that is how the browser knows it.
typedef struct tr_layer {
    char *path;
    char *location; // path and query, as they were when the view was last on top
    char *title;
    uint64_t number; // never given twice; the view's subscriptions, intervals and tasks name it
} tr_layer;

// There is none of a page that has been at "/" only and has no routes.
struct tr_views {
    tr_layer *at;
    unsigned count;
    unsigned cap;
    uint64_t numbers; // given so far
    char *location;   // of the page; NULL: nothing is known yet
    uint64_t changes; // of the location: a build that waited finds out that it is late
};

void tr_layer_done(tr_layer *self);

// What the texts here are: a copy, but of "/", which most pages are at, one for all.
char *tr_view_text(tr_slice text);
void tr_view_text_free(char *text);

#endif
