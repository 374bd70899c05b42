#include "actors/bus/keys.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"

enum { NODE_DIGITS = 16 };

_Static_assert(TR_BUS_KEYS_CAP *(NODE_DIGITS + 1) <= TR_BUS_USER_BYTES, "a number for each key");
_Static_assert(crypto_box_PUBLICKEYBYTES == TR_BUS_KEY_BYTES, "Curve25519");

static const char endpoint_label[] = "troupe bus endpoint";
static const char node_label[] = "troupe bus node";

static void derive_endpoint(const tr_bus_secret *secret, tr_bus_key_pair *out)
{
    crypto_generichash(out->secret_key, sizeof out->secret_key,
                       (const unsigned char *)endpoint_label, strlen(endpoint_label), secret->bytes,
                       sizeof secret->bytes);
    tr_must(crypto_scalarmult_base(out->public_key, out->secret_key) == 0);
}

// A code (MAC) of the public key, cut to the size of a node number.
static uint64_t node_of(const tr_bus_secret *secret, const uint8_t *public_key)
{
    unsigned char bytes[crypto_generichash_BYTES];
    crypto_generichash_state state;
    crypto_generichash_init(&state, secret->bytes, sizeof secret->bytes, sizeof bytes);
    crypto_generichash_update(&state, (const unsigned char *)node_label, strlen(node_label));
    crypto_generichash_update(&state, public_key, TR_BUS_KEY_BYTES);
    crypto_generichash_final(&state, bytes, sizeof bytes);
    uint64_t node = 0;
    for (unsigned i = 0; i < sizeof node; i++)
        node = node << 8 | bytes[i];
    return node;
}

void tr_bus_keys_complete(tr_bus_keys *self)
{
    tr_must(self->count != 0 && self->count <= TR_BUS_KEYS_CAP && sodium_init() >= 0);
    for (unsigned i = 0; i < self->count; i++)
        derive_endpoint(&self->secrets[i], &self->endpoints[i]);
    do {
        tr_must(crypto_box_keypair(self->own.public_key, self->own.secret_key) == 0);
        self->node = node_of(&self->secrets[0], self->own.public_key);
    } while (self->node == 0);
}

void tr_bus_keys_wipe(tr_bus_keys *self)
{
    sodium_memzero(self, sizeof *self);
}

void tr_bus_keys_user(const tr_bus_keys *self, const uint8_t public_key[TR_BUS_KEY_BYTES],
                      char out[TR_BUS_USER_BYTES])
{
    size_t size = 0;
    for (unsigned i = 0; i < self->count; i++)
        size += (size_t)snprintf(out + size, TR_BUS_USER_BYTES - size, "%016llx",
                                 (unsigned long long)node_of(&self->secrets[i], public_key));
}

bool tr_bus_keys_is_user(const char *user, uint64_t node)
{
    char wanted[NODE_DIGITS + 1];
    size_t size = user != NULL ? strlen(user) : 0;
    snprintf(wanted, sizeof wanted, "%016llx", (unsigned long long)node);
    for (size_t at = 0; at + NODE_DIGITS <= size; at += NODE_DIGITS)
        if (memcmp(user + at, wanted, NODE_DIGITS) == 0)
            return true;
    return false;
}
