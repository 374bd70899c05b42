#include "gateway/oauth_callback.h"

#include <utlist.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "auth/form.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/edge.h"
#include "gateway/shard_ask.h"
#include "gateway/state.h"
#include "troupe/err.h"
#include "wire/reader.h"

struct tr_oauth_callback {
    tr_core *core;
    tr_gateway *gateway; // NULL once it stopped
    tr_socket *socket;   // NULL once it is closed
    struct tr_oauth_callback *next;
    struct tr_oauth_callback *prev;
    tr_auth_state state;
    tr_browser_cookie cookie;
    char *code;
    char *error;
    char *description;
    char *issuer;
    char *place;
};

static const char signed_in[] = "You are back. This window can be closed.";
static const char over[] =
    "This sign-in is over: it was used already, took too long, or its page is "
    "gone. Go back to the app and try again.";
static const char astray[] = "This answer is of another provider than was asked.";
static const char foreign[] = "This sign-in was begun in another browser.";
static const char later[] = "The page cannot be reached now. Go back to the app and try again.";

// The path of a page as a part of a URL: what stands for itself in one stays.
static void encode_path(tr_buf *out, tr_slice path)
{
    for (uint32_t i = 0; i < path.size; i++) {
        if (strchr("/?&=:@!$'()*+,;%", path.data[i]) != NULL && path.data[i] != '\0')
            tr_buf_append(out, path.data + i, 1);
        else
            tr_form_encode(out, (tr_slice){path.data + i, 1});
    }
}

static char *location_of(const tr_gateway *gateway, tr_slice route)
{
    const tr_auth_settings *settings = gateway->auth;
    bool is_root = strcmp(settings->cookie_path, "/") == 0;
    tr_buf url = {0};
    tr_buf_printf(&url, "%s%s", is_root ? "" : settings->cookie_path,
                  settings->is_hash_route ? "/#" : "");
    encode_path(&url, route);
    char *copy = tr_copy_text(tr_buf_text(&url), url.size);
    tr_buf_done(&url);
    return copy;
}

static tr_oauth_reply reply_of(const tr_oauth_callback *self, int result, tr_slice value)
{
    if (result == 0) {
        tr_reader in = tr_reader_of(value);
        (void)tr_reader_array(&in);
        bool is_in_this_window = tr_reader_boolean(&in);
        tr_slice route = tr_reader_text(&in);
        bool has_way = is_in_this_window && !in.failed && self->gateway != NULL;
        return (tr_oauth_reply){.status = has_way ? 303 : 200,
                                .text = signed_in,
                                .location = has_way ? location_of(self->gateway, route) : NULL,
                                .sets_cookie = true};
    }
    if (result == TR_EREFUSED)
        return (tr_oauth_reply){.status = 403, .text = foreign};
    if (result == TR_EPROTOCOL)
        return (tr_oauth_reply){.status = 403, .text = astray};
    if (result == TR_EGONE || result == TR_ENOTFOUND)
        return (tr_oauth_reply){.status = 410, .text = over};
    return (tr_oauth_reply){.status = 503, .text = later};
}

static void leave(tr_oauth_callback *self)
{
    if (self->gateway == NULL)
        return;
    DL_DELETE(self->gateway->first_callback, self);
    self->gateway->callbacks--;
}

static void sign_in_free(tr_oauth_callback *self)
{
    tr_free(self->code);
    tr_free(self->error);
    tr_free(self->description);
    tr_free(self->issuer);
    tr_free(self->place);
    tr_free(self);
}

static void run(void *arg)
{
    tr_oauth_callback *self = arg;
    tr_msg_sign_in_callback body = {.token = tr_slice_of(self->state.token),
                                    .browser_key = tr_slice_of(self->cookie.key),
                                    .code = tr_slice_of(self->code),
                                    .error = tr_slice_of(self->error),
                                    .description = tr_slice_of(self->description),
                                    .issuer = tr_slice_of(self->issuer),
                                    .session_id = tr_slice_of(self->state.session_id),
                                    .place = tr_slice_of(self->place)};
    tr_message *answer = NULL;
    int result = tr_shard_ask(self->core,
                              &(tr_shard_question){.id = body.token,
                                                   .type = TR_MSG_sign_in_callback,
                                                   .body = &body,
                                                   .patience_ms = TR_OAUTH_PATIENCE_MS},
                              &answer);
    tr_slice value = answer != NULL ? TR_BODY(answer, answer)->value : (tr_slice){0};
    tr_oauth_reply reply = reply_of(self, result, value);
    if (result != 0)
        tr_log(TR_LOG_WARN, "event=sign_in_refused status=%u reason=%s", reply.status,
               tr_err_name(result));
    if (self->socket != NULL)
        tr_socket_answer_oauth(self->socket, &reply);
    else
        tr_free(reply.location);
    tr_message_free(answer);
    leave(self);
    sign_in_free(self);
}

int tr_oauth_callback_begin(tr_gateway *gateway, const tr_oauth_request *request,
                            tr_oauth_callback **out)
{
    if (gateway->callbacks == TR_OAUTH_CALLBACKS_PER_CORE_CAP)
        return TR_EFULL;
    tr_oauth_callback *self = tr_new(tr_oauth_callback);
    self->core = gateway->core;
    self->gateway = gateway;
    self->socket = request->socket;
    self->state = request->state;
    self->cookie = request->cookie;
    self->code = tr_copy_text(request->code.data, request->code.size);
    self->error = tr_copy_text(request->error.data, request->error.size);
    self->description = tr_copy_text(request->description.data, request->description.size);
    self->issuer = tr_copy_text(request->issuer.data, request->issuer.size);
    self->place = tr_copy_text(request->place.data, request->place.size);
    DL_PREPEND(gateway->first_callback, self);
    gateway->callbacks++;
    *out = self; // before it runs: it may be answered at once
    int result = tr_coroutine_start(self->core, "sign_in", run, self, NULL);
    if (result < 0) {
        leave(self);
        sign_in_free(self);
        *out = NULL;
    }
    return result;
}

void tr_oauth_callback_on_gone(tr_oauth_callback *self)
{
    self->socket = NULL;
}

void tr_oauth_callbacks_end(tr_gateway *gateway)
{
    for (tr_oauth_callback *at = gateway->first_callback; at != NULL; at = at->next)
        at->gateway = NULL;
    gateway->first_callback = NULL;
    gateway->callbacks = 0;
}
