#include "sdk/session/identity_file.h"

#include "auth/settings.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "sdk/session/identity.h"
#include "sdk/session/sign_ins.h"
#include "troupe/err.h"
#include "wire/scan.h"
#include "wire/writer.h"

static const char purpose[] = "session's identity";

void tr_identity_file_write(const tr_session *session, tr_buf *out)
{
    tr_buf plain = {0};
    tr_buf sealed = {0};
    if (session->identity != NULL && session->sessions->auth_settings != NULL) {
        tr_identity_write(session, &plain);
        tr_sign_ins_write(session, &plain);
        tr_seal(&session->sessions->auth_settings->seal_key, purpose, tr_buf_slice(&plain),
                &sealed);
    }
    tr_write_bytes(out, tr_buf_slice(&sealed));
    tr_secret_wipe(plain.data, plain.size);
    tr_buf_done(&plain);
    tr_buf_done(&sealed);
}

// What was sealed here was written here; that it can be read is checked all the same.
static int read_plain(tr_session *session, tr_slice plain)
{
    tr_reader in = tr_reader_of(plain);
    int result = tr_identity_read(session, &in);
    if (result == 0)
        result = tr_sign_ins_read(session, &in);
    return result == 0 && (in.failed || !tr_reader_at_end(&in)) ? TR_EPROTOCOL : result;
}

int tr_identity_file_read(tr_session *session, tr_reader *in)
{
    tr_slice sealed = tr_reader_bytes(in);
    const tr_auth_settings *settings = session->sessions->auth_settings;
    if (in->failed)
        return TR_EPROTOCOL;
    if (sealed.size == 0)
        return 0;
    tr_buf plain = {0};
    int result =
        settings != NULL ? tr_unseal(&settings->seal_key, purpose, sealed, &plain) : TR_EREFUSED;
    if (result == 0)
        result = read_plain(session, tr_buf_slice(&plain));
    else
        tr_log(TR_LOG_ERROR, "event=session_unreadable session=%.6s text=\"%s\"", session->id,
               "its sign-in was written with another TROUPE_SECRET_KEY");
    tr_secret_wipe(plain.data, plain.size);
    tr_buf_done(&plain);
    return result;
}
