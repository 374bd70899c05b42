#ifndef TR_STORE_RECORD_SEAL_H
#define TR_STORE_RECORD_SEAL_H

// Snapshots encrypted at rest: who reads the store's disk or a copy of it learns no page.
//
//     "TRE" version (1) | key's id (8) | nonce (12), AES-256-GCM's text, tag (16)
//
// Each session has a key of its own, derived from the process's: so no key is used for more records
// than nonces that chance picks allow (seal.h). The tag also covers version, key's id and session:
// a record that is put in another session's place is refused. An older record of the same session is
// not told from the newest: the store that keeps it is believed in that.
//
// Thread: any; the keys are constant once the process runs.

#include "base/buf.h"
#include "crypto/signature.h"
#include "wire/session_id.h"

// How it is written and what may be read.
enum tr_store_encryption {
    TR_ENCRYPTION_OFF,    // written plain; both are read
    TR_ENCRYPTION_ON,     // written encrypted; both are read
    TR_ENCRYPTION_REQUIRE // written encrypted, and only that is read
};

#define TR_RECORD_KEY_ID_BYTES 8u
#define TR_RECORD_SEAL_EXTRA_BYTES 40u // longer than what is in it

typedef struct tr_record_keys {
    enum tr_store_encryption how;
    bool is_set; // false: there is no secret, and nothing encrypted can be read
    tr_signing_key key;
    uint8_t ids[1 + TR_OLDER_KEYS_CAP][TR_RECORD_KEY_ID_BYTES]; // the newest first
} tr_record_keys;

// With the secret that writes. Then those that were in use before: TR_EFULL.
void tr_record_keys_derive(tr_slice secret, enum tr_store_encryption how, tr_record_keys *out);
int tr_record_keys_add_older(tr_record_keys *self, tr_slice secret)
    __attribute__((warn_unused_result));

// Encrypts the session's snapshot in place, if it is to be. `self` may be NULL: nothing is.
void tr_record_seal(const tr_record_keys *self, const char *session_id, tr_buf *io);
bool tr_record_is_sealing(const tr_record_keys *self);

// The snapshot in place of the record, which is as it was written if it is plain. TR_EREFUSED: its key
// or its version is none of ours, or it is plain where that is refused; TR_EMALFORMED: it was changed, or is
// another session's.
int tr_record_unseal(const tr_record_keys *self, const char *session_id, tr_buf *io)
    __attribute__((warn_unused_result));

#endif
