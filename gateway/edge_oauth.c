// The edge's half for sign-ins: the query of a callback to what it brings, a reply to a page or the way
// back.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/log_budget.h"
#include "base/mem.h"
#include "gateway/edge.h"
#include "gateway/edge_socket.h"
#include "gateway/oauth_callback.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/scan.h"

enum { PART_CAP_BYTES = 4096, PARTS_CAP = 16, COOKIES_CAP_BYTES = 8192 };

// Closes itself where the app has opened it; in another window it stays. The hash in the policy is of
// the script's text.
#define SCRIPT "opener&&close()"
static const char page_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; script-src 'sha256-wgWHXsFonfwSRTH6+xi6KuTtjStQeAibTrKHbphk4Mc='";

static const char old[] = "This sign-in took too long. Go back to the app and try again.";
static const char wrong[] = "This is no sign-in of this server.";
static const char crowded[] =
    "Too many sign in at once from your address. Go back to the app and try again.";
static const char full[] = "Too many sign in at once. Go back to the app and try again.";

// In the colours of the client's own theme, which follows the browser's (client/src/styles).
#define STYLE                                                                                      \
    ":root{color-scheme:light dark;background:#f8f9ff;color:#191c20}a{color:#36618e}"              \
    "@media(prefers-color-scheme:dark){:root{background:#111418;color:#e1e2e8}a{color:#a0cafd}}"   \
    "body{font:1rem/1.5 system-ui,sans-serif;margin:3rem auto;max-width:30rem;padding:0 1rem}"

// `home`: where whoever could not sign in goes on; NULL: the window is of no use any more.
static void write_page(const char *text, const char *home, tr_buf *out)
{
    tr_buf_printf(
        out,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>Sign-in</title><style>" STYLE
        "</style><body><main><p>%s</p>",
        text);
    if (home != NULL)
        tr_buf_printf(out, "<p><a href=\"%s\">Back to the app</a></p>", home);
    tr_buf_printf(out, "</main>%s</body></html>\n",
                  home == NULL ? "<script>" SCRIPT "</script>" : "");
}

static int answer(const tr_edge *edge, struct lws *wsi, const tr_oauth_reply *reply,
                  const char *cookie, bool is_last)
{
    tr_buf page = {0};
    if (reply->location == NULL)
        write_page(reply->text, reply->status == 200 ? NULL : edge->options.auth->cookie_path,
                   &page);
    tr_http_answer answer = {.status = reply->status,
                             .content_type = "text/html; charset=utf-8",
                             .cache_control = "no-store",
                             .policy = page_policy,
                             .location = reply->location,
                             .cookie = cookie,
                             .body = page.data,
                             .body_size = page.size,
                             .is_page = true,
                             .is_last = is_last};
    int result = page.size != 0 ? tr_edge_write_short(edge, wsi, &answer)
                                : tr_edge_write_head(edge, wsi, &answer);
    tr_buf_done(&page);
    return result;
}

static int refuse(const tr_edge *edge, struct lws *wsi, unsigned status, const char *text)
{
    uint32_t left_out;
    // They come from anybody.
    if (tr_log_may(tr_log_kind(0, "sign_in_refused", 15), &left_out))
        tr_log(TR_LOG_WARN, "event=sign_in_refused status=%u reason=\"%s\" left_out=%u", status,
               text, left_out);
    (void)answer(edge, wsi, &(tr_oauth_reply){.status = status, .text = text}, NULL, true);
    return -1;
}

// The value of a part NAME=VALUE of the query, decoded, in `out`. Empty: there is none, or it is too
// long, or no text.
static tr_slice part(struct lws *wsi, const char *name, char *out)
{
    size_t size = strlen(name);
    for (int i = 0; i < PARTS_CAP; i++) {
        int length = lws_hdr_copy_fragment(wsi, out, PART_CAP_BYTES, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (length < 0)
            break;
        if ((size_t)length > size && memcmp(out, name, size) == 0 && out[size] == '=') {
            tr_slice value = {out + size + 1, (uint32_t)((size_t)length - size - 1)};
            for (uint32_t at = 0; at < value.size; at++)
                if (out[size + 1 + at] == '+')
                    out[size + 1 + at] = ' ';
            return tr_scan_is_utf8(value.data, value.size) != 0 ? value : (tr_slice){0};
        }
    }
    return (tr_slice){0};
}

void tr_edge_find_cookie(const tr_edge *edge, struct lws *wsi, bool is_secure,
                         tr_browser_cookie *out)
{
    char cookies[COOKIES_CAP_BYTES];
    tr_slice header = tr_edge_header(wsi, WSI_TOKEN_HTTP_COOKIE, cookies, sizeof cookies);
    if (edge->options.auth == NULL ||
        !tr_browser_cookie_find(header, edge->options.auth, is_secure, out))
        *out = (tr_browser_cookie){0};
}

static int begin(tr_edge *edge, tr_socket *self, struct lws *wsi, tr_oauth_request *request)
{
    char code[PART_CAP_BYTES];
    char error[PART_CAP_BYTES];
    char description[PART_CAP_BYTES];
    char issuer[PART_CAP_BYTES];
    request->code = part(wsi, "code", code);
    request->error = part(wsi, "error", error);
    request->description = part(wsi, "error_description", description);
    request->issuer = part(wsi, "iss", issuer);
    if (request->code.size == 0 && request->error.size == 0)
        return refuse(edge, wsi, 400, wrong);
    tr_edge_find_cookie(edge, wsi, request->state.is_secure, &request->cookie);
    if (request->cookie.key[0] == '\0')
        tr_browser_cookie_make(edge->options.auth, &request->cookie);
    self->wsi = wsi;
    self->request->oauth = tr_new(tr_oauth_exchange);
    tr_oauth_exchange *exchange = self->request->oauth;
    exchange->cookie = request->cookie;
    exchange->is_secure = request->state.is_secure;
    if (!tr_edge_take(edge, wsi, TR_CLIENT_REQUEST, &exchange->client))
        return refuse(edge, wsi, 429, crowded);
    if (edge->options.calls->oauth(edge->options.gateway, request, &exchange->callback) < 0)
        return refuse(edge, wsi, 503, full);
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    return 0;
}

// Each of several providers has an address of its own, one part below.
static bool find_place(const tr_edge *edge, tr_slice path, tr_slice *out)
{
    uint32_t size = (uint32_t)strlen(edge->options.auth->path);
    if (path.size < size || memcmp(path.data, edge->options.auth->path, size) != 0)
        return false;
    *out = (tr_slice){path.data + size, path.size - size};
    if (out->size == 0)
        return true;
    if (*out->data != '/' || out->size == 1)
        return false;
    *out = (tr_slice){out->data + 1, out->size - 1};
    return memchr(out->data, '/', out->size) == NULL;
}

static bool has_state(struct lws *wsi)
{
    char state[PART_CAP_BYTES];
    return part(wsi, "state", state).size != 0;
}

// An app may have a page below that address: without a state it is meant.
bool tr_edge_is_oauth(const tr_edge *edge, struct lws *wsi, tr_slice path)
{
    tr_slice place;
    return edge->options.auth != NULL && find_place(edge, path, &place) &&
           (place.size == 0 || has_state(wsi));
}

int tr_edge_on_oauth(tr_edge *edge, tr_socket *self, struct lws *wsi, tr_slice path)
{
    char state[PART_CAP_BYTES];
    tr_oauth_request request = {.socket = self};
    (void)find_place(edge, path, &request.place);
    int result = tr_auth_state_read(part(wsi, "state", state), edge->options.auth, &request.state);
    if (result < 0)
        return refuse(edge, wsi, result == TR_EREFUSED ? 403 : 400, wrong);
    if ((uint64_t)time(NULL) >= request.state.expires_s)
        return refuse(edge, wsi, 410, old);
    return begin(edge, self, wsi, &request);
}

static void forget(const tr_edge *edge, tr_socket *self)
{
    tr_edge_give(edge, &self->request->oauth->client, TR_CLIENT_REQUEST);
    tr_free(self->request->oauth->reply.location);
    tr_free(self->request->oauth);
    self->request->oauth = NULL;
}

int tr_edge_on_oauth_writable(const tr_edge *edge, tr_socket *self)
{
    tr_oauth_exchange *exchange = self->request->oauth;
    if (exchange->reply.status == 0)
        return 0;
    tr_buf cookie = {0};
    if (exchange->reply.sets_cookie)
        tr_browser_cookie_write(&exchange->cookie, edge->options.auth, exchange->is_secure,
                                &cookie);
    int result = answer(edge, self->wsi, &exchange->reply,
                        cookie.size != 0 ? tr_buf_text(&cookie) : NULL, false);
    tr_buf_done(&cookie);
    forget(edge, self);
    return result < 0 ? -1 : tr_edge_complete(self->wsi, false);
}

void tr_edge_on_oauth_closed(const tr_edge *edge, tr_socket *self)
{
    if (self->request->oauth == NULL)
        return;
    if (self->request->oauth->callback != NULL)
        edge->options.calls->oauth_gone(self->request->oauth->callback);
    forget(edge, self);
}

void tr_socket_answer_oauth(tr_socket *self, const tr_oauth_reply *reply)
{
    self->request->oauth->callback = NULL;
    self->request->oauth->reply = *reply;
    tr_edge_want_write(self);
}
