// The two packets a simulated browser sends, in the page protocol's bytes. Thread: any. Owns:
// nothing.
#ifndef BENCH_REGISTRATION_H
#define BENCH_REGISTRATION_H

#include <msgpack.h>
#include <stdint.h>

// Appends action 1 of a first visit, with all that a desktop browser tells of itself.
void pack_registration(msgpack_sbuffer *out);

// Appends action 3: a click on `control_id`.
void pack_click(msgpack_sbuffer *out, int64_t control_id);

#endif
