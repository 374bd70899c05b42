#ifndef TR_SDK_SESSION_IDENTITY_FILE_H
#define TR_SDK_SESSION_IDENTITY_FILE_H

// The part of a session's file that tells who is in front of it, with tokens and open sign-ins:
// encrypted, as files go into stores and over the bus.
//
// Thread: the session's.

#include "base/buf.h"
#include "sdk/session/session_record.h"
#include "wire/reader.h"

void tr_identity_file_write(const tr_session *session, tr_buf *out);

// TR_EREFUSED: it was written with another secret key, so nobody can tell whose session it is.
int tr_identity_file_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

#endif
