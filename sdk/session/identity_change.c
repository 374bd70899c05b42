#include "sdk/session/identity_change.h"

#include "sdk/session/identity.h"
#include "sdk/session/sign_ins.h"
#include "troupe/err.h"

int tr_identity_apply(tr_session *session, const tr_change *change, tr_buf *out)
{
    tr_slice value = change->value.kind == TR_VALUE_BYTES ? change->value.slice : (tr_slice){0};
    switch ((enum tr_identity_step)change->number) {
    case TR_IDENTITY_BEGIN:
        return tr_sign_in_begin(session, value, out);
    case TR_IDENTITY_CANCEL:
        tr_sign_in_cancel(session, value);
        return 0;
    case TR_IDENTITY_SIGN_IN:
        return tr_identity_sign_in(session, change->property, value);
    case TR_IDENTITY_RENEW:
        return tr_identity_renew(session, value);
    case TR_IDENTITY_TELL:
        return tr_identity_tell(session, out);
    case TR_IDENTITY_SIGN_OUT:
        return tr_identity_sign_out(session, out);
    case TR_IDENTITY_BEGIN_REFRESH:
        return tr_identity_begin_refresh(session);
    case TR_IDENTITY_END_REFRESH:
        tr_identity_end_refresh(session);
        return 0;
    case TR_IDENTITY_SAVE:
        return tr_identity_save(session, out);
    case TR_IDENTITY_RESTORE:
        return tr_identity_restore(session, value, out);
    case TR_IDENTITY_OWN_KEY:
        tr_buf_append(out, tr_identity_of(session)->browser_key,
                      strlen(tr_identity_of(session)->browser_key));
        return 0;
    default:
        return TR_EINVALID;
    }
}
