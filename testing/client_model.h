#ifndef TR_TESTING_CLIENT_MODEL_H
#define TR_TESTING_CLIENT_MODEL_H

// The page in a browser: plain maps, lists and scalars, built from the packets a server sends and
// nothing else. Written from the protocol description, without any of the server's code but the
// msgpack reader, so that the two can be held against each other.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/slice.h"
#include "wire/reader.h"

typedef struct cm_value cm_value;

enum cm_kind { CM_SCALAR, CM_LIST, CM_MAP };

typedef struct cm_pair {
    char *key;
    cm_value *value;
} cm_pair;

struct cm_value {
    enum cm_kind kind;
    uint32_t count;
    uint32_t cap;
    uint32_t serial; // of the object: the same value moved keeps it
    union {
        char *bytes; // scalar: its msgpack form, `count` bytes
        cm_value **items;
        cm_pair *pairs;
    };
};

typedef struct cm_client {
    cm_value *page; // NULL before the registration answer
    uint32_t serials;
    uint32_t packets;
    uint32_t ops;      // in all patches so far
    bool takes_copies; // as Flet's own server sends them; else such a packet is refused
    char error[256];
} cm_client;

void tr_cm_done(cm_client *self);

// Takes one packet from the server. 0, or -1 with `error` set: what a real client would throw.
int tr_cm_take(cm_client *self, const void *packet, size_t size);

// Takes a page map as the registration answer brings it.
int tr_cm_take_page(cm_client *self, const void *map, size_t size);

// Applies an update that the browser made itself and reported (a msgpack map). 0, or -1: no such
// control.
int tr_cm_update(cm_client *self, uint32_t id, const void *props, size_t size);

// The control with that id; NULL when it is not there.
cm_value *tr_cm_find(const cm_client *self, uint32_t id);

// A key of a map; NULL when it is not there.
cm_value *tr_cm_get(const cm_value *self, const char *key);

// A reader of a scalar's msgpack form.
tr_reader tr_cm_reader(const cm_value *self);

// The text of a scalar, "" for anything else; valid until the next call.
const char *tr_cm_text(const cm_value *self);
int64_t tr_cm_integer(const cm_value *self);

// As JSON-like text, onto `out`.
void tr_cm_print(const cm_value *self, tr_buf *out);

// The same page? A key that is absent counts as its default (nil, an empty list, false for events).
// The difference is written to `why`.
bool tr_cm_same(const cm_value *a, const cm_value *b, tr_buf *why);

// Is a control's property what the browser assumes when it is absent?
bool tr_cm_is_default(const cm_value *control, const char *key);

// A copy of its own; freed with tr_cm_free.
cm_value *tr_cm_copy(const cm_value *self);

// A msgpack value as a model of its own; freed with tr_cm_free.
cm_value *tr_cm_decode(const void *bytes, size_t size);
void tr_cm_free(cm_value *self);

#endif
