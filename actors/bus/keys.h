#ifndef TR_ACTORS_BUS_KEYS_H
#define TR_ACTORS_BUS_KEYS_H

// The keys of an encrypted bus (docs/bus.md, CurveZMQ: https://rfc.zeromq.org/spec/26/).
//
// All processes of a cluster have its secret, from a key file (key_file.h). From it follows the key pair that
// every endpoint of the cluster has, and which is never told: whoever cannot name it is refused in
// the handshake. Each process draws a key pair of its own for dialing, and its node number follows
// from that public key and the secret. So nobody without the secret has a node number, and nobody
// with it has another process's.
//
// Thread: any, once filled in. Owns: nothing.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TR_BUS_KEY_BYTES = 32,
    TR_BUS_KEYS_CAP = 2,    // valid at once, while a key is changed
    TR_BUS_USER_BYTES = 40, // of a text of tr_bus_keys_user, its end included
};

typedef struct tr_bus_secret {
    uint8_t bytes[TR_BUS_KEY_BYTES];
} tr_bus_secret;

typedef struct tr_bus_key_pair {
    uint8_t public_key[TR_BUS_KEY_BYTES];
    uint8_t secret_key[TR_BUS_KEY_BYTES];
} tr_bus_key_pair;

typedef struct tr_bus_keys {
    unsigned count; // of the cluster's secrets; the first one is used, a second one is still good
    tr_bus_secret secrets[TR_BUS_KEYS_CAP];
    tr_bus_key_pair endpoints[TR_BUS_KEYS_CAP]; // of each secret
    tr_bus_key_pair own;                        // this process's, for dialing
    uint64_t node;                              // that follows from it
} tr_bus_keys;

// Fills in what follows from `secrets` and draws the process's own pair.
void tr_bus_keys_complete(tr_bus_keys *self);

// Overwrites it.
void tr_bus_keys_wipe(tr_bus_keys *self);

// Of whose connections speak: the node numbers that the owner of this public key may have, as a
// text. ZeroMQ hands it over with each message of that connection.
void tr_bus_keys_user(const tr_bus_keys *self, const uint8_t public_key[TR_BUS_KEY_BYTES],
                      char out[TR_BUS_USER_BYTES]);

// May a connection with this text speak for that node? NULL may not.
bool tr_bus_keys_is_user(const char *user, uint64_t node);

#endif
