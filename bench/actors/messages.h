#ifndef BENCH_ACTORS_MESSAGES_H
#define BENCH_ACTORS_MESSAGES_H

// The message between the benchmark's actors: one number.

#include "troupe/actors/message.h"

TR_MESSAGE(tick, 1001, (u64, number));
TR_MESSAGE(query, 1002, (u64, number));
TR_MESSAGE(reply, 1003, (u64, number));

#endif
