#include "base/poison.h"

#include <stddef.h>

// NULL where the program has none. Not hidden: it is the program's.
int __asan_address_is_poisoned(const volatile void *at)
    __attribute__((weak, visibility("default")));

bool tr_is_poisoned(const void *at)
{
    return at != NULL && __asan_address_is_poisoned != NULL && __asan_address_is_poisoned(at) != 0;
}
