#ifndef TR_BASE_CLOCK_H
#define TR_BASE_CLOCK_H

// Monotonic time. Wall-clock time is for log lines only.
//
// Thread: any.

#include <stdint.h>

uint64_t tr_clock_ns(void);
uint64_t tr_clock_ms(void);

#endif
