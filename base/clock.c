#include "base/clock.h"

#include <time.h>

uint64_t tr_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t tr_clock_ms(void)
{
    return tr_clock_ns() / 1000000u;
}
