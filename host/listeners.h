#ifndef TR_HOST_LISTENERS_H
#define TR_HOST_LISTENERS_H

// The listening sockets of a gateway's process that its core threads share: those that systemd hands
// over (host/inherited.h), a unix socket (--host unix:PATH), and the plain port of --http-redirect.
// A TCP port of --host and --port is not among them: each core thread opens that for itself.
//
// Thread: main. Owns: the sockets, and the unix socket's file.

#include "base/buf.h"
#include "gateway/gateway.h"
#include "host/options.h"

typedef struct tr_listeners tr_listeners;

// None are opened where there is no gateway. TR_EINVALID: one cannot be had; TR_EWRONGTYPE: settings and
// sockets do not go together. Either with one clear line in `error`.
int tr_listeners_open(const tr_options *options, tr_listeners **out, tr_buf *error)
    __attribute__((warn_unused_result));

// Is there a plain port that sends to HTTPS?
bool tr_listeners_redirect(const tr_listeners *self);

// Do sockets of systemd's stand in for --host and --port?
bool tr_listeners_are_inherited(const tr_listeners *self);

// What a gateway is to know of them, lent until they are closed. NULL for `self`: there are none.
void tr_listeners_put(const tr_listeners *self, tr_gateway_options *out);

// Where browsers find the gateway, as "http://127.0.0.1:8000" or "unix:/run/app.sock", lent until they are
// closed. NULL: where --host and --port say.
const char *tr_listeners_place(const tr_listeners *self);

// Core threads may have descriptors of their own still. NULL inside is fine.
void tr_listeners_close(tr_listeners **self);

#endif
