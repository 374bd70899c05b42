#ifndef TR_SDK_SESSION_SESSION_FILE_H
#define TR_SDK_SESSION_SESSION_FILE_H

// A session as bytes, to be read by another process: its page with the handlers' names, state,
// values, views and address, the states of components, open dialogs and channels, intervals,
// topics, presences, and the events that wait. Data on stacks is not in it: handlers in flight,
// their waits, and messages that are not sent yet.
//
//     "TRS" version | checksum (8) | msgpack array
//
// Thread: the session's. Owns: nothing.

#include "sdk/session/session_record.h"

// Appends it.
void tr_session_save(const tr_session *self, tr_buf *out);

// One that was checked from end to end; lent by the bytes it was read from.
typedef struct tr_session_file {
    tr_slice id;
    tr_slice page;
    tr_slice rest; // fields that tr_session_load reads
    uint32_t next_client_call;
} tr_session_file;

// TR_EPROTOCOL (another version, or not one of ours), TR_EMALFORMED (damaged), TR_ETOOBIG
// (TR_SESSION_FILE_CAP_BYTES).
int tr_session_file_read(tr_slice bytes, tr_session_file *out) __attribute__((warn_unused_result));

// Into a session that was just made with that id. On failure the session is of no use:
// TR_EPROTOCOL, TR_EMALFORMED, or a limit's code.
int tr_session_load(tr_session *fresh, const tr_session_file *file)
    __attribute__((warn_unused_result));

#endif
