#ifndef TR_DESK_PHONE_H
#define TR_DESK_PHONE_H

// The address under which a phone in the same network finds the app, as text and as a QR code, which the program
// qrencode draws where it is installed.
//
// Thread: main. Owns: the program while it draws.

#include <ev.h>
#include <stdbool.h>

#include "desk/child.h"

enum { TR_PHONE_URL_CAP = 128 };

typedef struct tr_phone {
    char url[TR_PHONE_URL_CAP];
    tr_child drawing;
} tr_phone;

// The address of this machine from which others are reached (no packet is sent), an IPv4 or IPv6 one as it stands in a
// URL; "127.0.0.1" without a network.
void tr_phone_host(char out[64]);

// What a gateway printed, "listening on http://0.0.0.0:8000/app", with this host instead of its own. False: it says no
// such thing.
bool tr_phone_url(const char *line, const char *host, char out[TR_PHONE_URL_CAP]);

// Prints it.
void tr_phone_show(tr_phone *self, struct ev_loop *loop);

#endif
