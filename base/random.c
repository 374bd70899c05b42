#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/hash.h"
#include "base/must.h"

void tr_random_bytes(void *out, size_t size)
{
    uint8_t *to = out;
    while (size != 0) {
        ssize_t got = getrandom(to, size, 0);
        if (got < 0) {
            tr_must(errno == EINTR);
            continue;
        }
        to += got;
        size -= (size_t)got;
    }
}

uint64_t tr_random_u64(void)
{
    uint64_t value;
    tr_random_bytes(&value, sizeof value);
    return value;
}

uint64_t tr_random_next(uint64_t *state)
{
    return tr_mix(*state += 0x9e3779b97f4a7c15u);
}
