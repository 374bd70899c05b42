#include "sdk/session/sign_in_callback.h"

#include <time.h>

#include "actors/core/core.h"
#include "crypto/digest.h"
#include "sdk/session/call.h"
#include "sdk/session/move.h"
#include "sdk/session/sign_ins.h"
#include "troupe/err.h"
#include "wire/writer.h"

static void write_event(const tr_sign_in *self, const tr_msg_sign_in_callback *body, tr_buf *out)
{
    tr_write_map(out, 11);
    tr_write_literal(out, "provider");
    tr_write_text(out, tr_slice_of(self->provider));
    tr_write_literal(out, "code");
    tr_write_text(out, body->code);
    tr_write_literal(out, "error");
    tr_write_text(out, body->error);
    tr_write_literal(out, "error_description");
    tr_write_text(out, body->description);
    tr_write_literal(out, "issuer");
    tr_write_text(out, body->issuer);
    tr_write_literal(out, "browser_key");
    tr_write_text(out, body->browser_key);
    tr_write_literal(out, "verifier");
    tr_write_text(out, tr_slice_of(self->verifier));
    tr_write_literal(out, "nonce");
    tr_write_text(out, tr_slice_of(self->nonce));
    tr_write_literal(out, "redirect_url");
    tr_write_text(out, tr_slice_of(self->redirect_url));
    tr_write_literal(out, "scopes");
    tr_write_text(out, tr_slice_of(self->scopes));
    tr_write_literal(out, "groups");
    tr_write_boolean(out, self->fetches_groups);
}

static int start_finish(tr_sign_in *self, const tr_msg_sign_in_callback *body)
{
    tr_buf data = {0};
    write_event(self, body, &data);
    int result =
        tr_call_start_with(self->session, self->finish,
                           &(tr_call_options){.event = "sign_in", .data = tr_buf_slice(&data)});
    tr_secret_wipe(data.data, data.size);
    tr_buf_done(&data);
    tr_session_wake(self->session);
    return result;
}

// The address that the page has now; one that would lead to another server is left out.
static void write_answer(const tr_sign_in *self, tr_buf *out)
{
    tr_value route = tr_node_value(tr_tree_page(self->session->tree), TR_PROP_ROUTE);
    tr_slice path = route.kind == TR_VALUE_TEXT ? route.slice : (tr_slice){0};
    bool is_fit = path.size != 0 && path.data[0] == '/' &&
                  (path.size == 1 || (path.data[1] != '/' && path.data[1] != '\\'));
    tr_write_array(out, 2);
    tr_write_boolean(out, self->is_in_this_window);
    tr_write_text(out, is_fit ? path : TR_SLICE("/"));
}

static int take(tr_sign_in *self, const tr_msg_sign_in_callback *body, tr_buf *out)
{
    if (tr_move_is_frozen(self->session))
        return TR_EUNAVAILABLE;
    if (self->expires_s <= (uint64_t)time(NULL)) {
        tr_sign_in_drop(self);
        return TR_EGONE;
    }
    if (!tr_sign_in_is_place(self, body->place))
        return TR_EPROTOCOL;
    const tr_identity *identity = self->session->identity;
    // That of the browser which began it, or none as yet.
    const char *key = identity->owner_key[0] != '\0' ? identity->owner_key : self->browser_key;
    if (key[0] != '\0' && !tr_secret_is(body->browser_key, tr_slice_of(key)))
        return TR_EREFUSED;
    int result = start_finish(self, body);
    if (result < 0)
        return result == TR_EFULL ? TR_EUNAVAILABLE : result;
    write_answer(self, out);
    tr_sign_in_drop(self); // a state is good once
    return 0;
}

// No session here has it. Others may: its shard is theirs, or the store's.
static int explain_absence(const tr_sessions *sessions, tr_slice token)
{
    int shard = tr_session_id_shard(token);
    bool may_come = shard >= 0 && (sessions->shard_epochs[shard] == 0 || sessions->is_draining);
    return may_come ? TR_EUNAVAILABLE : TR_ENOTFOUND;
}

void tr_sign_ins_on_callback(tr_sessions *sessions, const tr_message *message)
{
    const tr_msg_sign_in_callback *body = TR_BODY(message, sign_in_callback);
    tr_sign_in *one = tr_sign_in_find(sessions, body->token);
    tr_buf value = {0};
    int result = one != NULL ? take(one, body, &value) : explain_absence(sessions, body->token);
    (void)tr_answer(sessions->core, message, .status = result, .value = tr_buf_slice(&value));
    tr_buf_done(&value);
}
