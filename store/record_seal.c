#include "store/record_seal.h"

#include <string.h>

#include "base/number.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "troupe/err.h"

enum { VERSION = 1, MAGIC_BYTES = 3 };

// No snapshot begins like it: those are msgpack arrays.
static const uint8_t magic[] = {'T', 'R', 'E', VERSION};
static const char purpose[] = "troupe snapshots";

enum { HEAD_BYTES = sizeof magic + TR_RECORD_KEY_ID_BYTES, BINDING_CAP_BYTES = 96 };

_Static_assert(HEAD_BYTES + TR_SEAL_EXTRA_BYTES == TR_RECORD_SEAL_EXTRA_BYTES,
               "the size that the header states");

// Tells nothing of the key but which one it is.
static void write_id(const uint8_t key[TR_SIGNATURE_BYTES], uint8_t out[TR_RECORD_KEY_ID_BYTES])
{
    uint8_t code[TR_SIGNATURE_BYTES];
    tr_hmac((tr_slice){(const char *)key, TR_SIGNATURE_BYTES}, TR_SLICE("id"), code);
    memcpy(out, code, TR_RECORD_KEY_ID_BYTES);
    tr_secret_wipe(code, sizeof code);
}

void tr_record_keys_derive(tr_slice secret, enum tr_store_encryption how, tr_record_keys *out)
{
    *out = (tr_record_keys){.how = how, .is_set = true};
    tr_signing_key_derive(secret, purpose, &out->key);
    write_id(out->key.bytes, out->ids[0]);
}

int tr_record_keys_add_older(tr_record_keys *self, tr_slice secret)
{
    int result = tr_signing_key_add_older(&self->key, secret, purpose);
    if (result == 0)
        write_id(self->key.older[self->key.older_count - 1], self->ids[self->key.older_count]);
    return result;
}

bool tr_record_is_sealing(const tr_record_keys *self)
{
    return self != NULL && self->is_set && self->how != TR_ENCRYPTION_OFF;
}

static void derive_of_session(const uint8_t key[TR_SIGNATURE_BYTES], const char *session_id,
                              tr_signing_key *out)
{
    out->older_count = 0;
    tr_hmac((tr_slice){(const char *)key, TR_SIGNATURE_BYTES}, tr_slice_of(session_id), out->bytes);
}

// What the tag covers besides the snapshot.
static void bind(const uint8_t head[HEAD_BYTES], const char *session_id,
                 char out[BINDING_CAP_BYTES])
{
    size_t size = 0;
    for (unsigned i = 0; i < HEAD_BYTES; i++)
        size += (size_t)tr_format(out + size, BINDING_CAP_BYTES - size, "%02x", head[i]);
    (void)tr_format(out + size, BINDING_CAP_BYTES - size, " %.*s", (int)TR_SESSION_ID_SIZE,
                    session_id);
}

void tr_record_seal(const tr_record_keys *self, const char *session_id, tr_buf *io)
{
    if (!tr_record_is_sealing(self))
        return;
    char binding[BINDING_CAP_BYTES];
    tr_signing_key key;
    tr_buf sealed = {0};
    tr_buf_append(&sealed, magic, sizeof magic);
    tr_buf_append(&sealed, self->ids[0], TR_RECORD_KEY_ID_BYTES);
    bind(sealed.data, session_id, binding);
    derive_of_session(self->key.bytes, session_id, &key);
    tr_seal(&key, binding, tr_buf_slice(io), &sealed);
    tr_secret_wipe(&key, sizeof key);
    tr_buf_done(io);
    *io = sealed;
}

// NULL: it is none of ours.
static const uint8_t *find_key(const tr_record_keys *self, const uint8_t *id)
{
    if (self == NULL || !self->is_set)
        return NULL;
    for (unsigned i = 0; i <= self->key.older_count; i++)
        if (memcmp(self->ids[i], id, TR_RECORD_KEY_ID_BYTES) == 0)
            return i == 0 ? self->key.bytes : self->key.older[i - 1];
    return NULL;
}

static int unseal(const uint8_t *from, const char *session_id, tr_buf *io)
{
    char binding[BINDING_CAP_BYTES];
    tr_signing_key key;
    tr_buf plain = {0};
    tr_slice sealed = {(const char *)io->data + HEAD_BYTES, (uint32_t)(io->size - HEAD_BYTES)};
    bind(io->data, session_id, binding);
    derive_of_session(from, session_id, &key);
    int result = tr_unseal(&key, binding, sealed, &plain);
    tr_secret_wipe(&key, sizeof key);
    if (result < 0) {
        tr_buf_done(&plain);
        return TR_EMALFORMED;
    }
    tr_buf_done(io);
    *io = plain;
    return 0;
}

int tr_record_unseal(const tr_record_keys *self, const char *session_id, tr_buf *io)
{
    if (io->size < sizeof magic || memcmp(io->data, magic, MAGIC_BYTES) != 0)
        return self != NULL && self->how == TR_ENCRYPTION_REQUIRE ? TR_EREFUSED : 0;
    if (io->data[MAGIC_BYTES] != VERSION)
        return TR_EREFUSED;
    if (io->size < TR_RECORD_SEAL_EXTRA_BYTES)
        return TR_EMALFORMED;
    const uint8_t *key = find_key(self, io->data + sizeof magic);
    return key != NULL ? unseal(key, session_id, io) : TR_EREFUSED;
}
