#ifndef TR_HOST_NOTIFY_H
#define TR_HOST_NOTIFY_H

// Tells a service manager how the process is: sd_notify(3), for units with Type=notify and
// WatchdogSec=. The protocol is one datagram to a socket that the environment names, so there is no
// need for libsystemd. Without NOTIFY_SOCKET nothing is said.
//
// Thread: main.

#include <stdint.h>

// "READY=1", "STOPPING=1", …
void tr_notify(const char *state);

// To be called some times a second: says WATCHDOG=1 twice in the time that the manager gives
// (WATCHDOG_USEC), as long as no core thread has been in one turn for all of that time.
typedef struct tr_notify_beat {
    uint64_t said_ms;
} tr_notify_beat;
void tr_notify_alive(tr_notify_beat *self, uint64_t now_ms, uint64_t longest_turn_ms);

#endif
