#ifndef TR_BASE_TABLE_H
#define TR_BASE_TABLE_H

// Tables by texts and structs: uthash, with a keyed hash. Keys come from browsers, apps' users and
// other processes; with a hash that is the same everywhere somebody could send keys that all fall
// into one place, and make each look-up walk them all. Every table has a cap of its own.
//
// By numbers: base/map.h. Hashes that must be the same in all processes are base/hash.h's.
//
// Thread: any; the table is its owner's.

#include <stddef.h>
#include <stdint.h>

// SipHash-2-4 with a key that this process has drawn (libsodium's crypto_shorthash).
uint64_t tr_hash_keyed(const void *bytes, size_t size);

#define HASH_FUNCTION(key, size, hash) ((hash) = (unsigned)tr_hash_keyed((key), (size)))
#include <uthash.h>

#endif
