#include "base/table.h"

#include <sodium/crypto_shorthash.h>

#include "base/random.h"

static unsigned char secret[crypto_shorthash_KEYBYTES];

// Before main, so that no thread can be in here.
__attribute__((constructor)) static void draw_secret(void)
{
    tr_random_bytes(secret, sizeof secret);
}

uint64_t tr_hash_keyed(const void *bytes, size_t size)
{
    uint64_t hash;
    _Static_assert(sizeof hash == crypto_shorthash_BYTES, "a hash of 64 bits");
    (void)crypto_shorthash((unsigned char *)&hash, bytes, size, secret); // never fails
    return hash;
}
