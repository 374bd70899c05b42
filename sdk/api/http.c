// The functions of troupe/pages/http.h: they check the request and keep the answer for the handler.

#include "troupe/pages/http.h"
#include "base/number.h"

#include <stdio.h>
#include <string.h>

#include "sdk/api/http_client.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"

static bool has_line_end(const char *text)
{
    return strpbrk(text, "\r\n") != NULL;
}

// The mistake in it, or NULL.
static const char *fault_of(const tr_http_request *request)
{
    if (request->url == NULL || (tr_compare_caseless_n(request->url, "http://", 7) != 0 &&
                                 tr_compare_caseless_n(request->url, "https://", 8) != 0))
        return "the URL does not begin with http:// or https://";
    if (has_line_end(request->url))
        return "the URL has a line end in it";
    if (request->method != NULL &&
        (*request->method == '\0' ||
         request->method[strspn(request->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0'))
        return "the method is not in capital letters";
    for (const char *const *at = request->headers; at != NULL && *at != NULL; at++)
        if (has_line_end(*at) || strpbrk(*at, ":;") == NULL)
            return "a header is not one line of \"Name: value\"";
    if (request->size != 0 && request->body == NULL)
        return "the body has a size and no bytes";
    if (request->body_cap_bytes > TR_HTTP_BODY_CAP_BYTES)
        return "the answer's body may have at most 8 MiB";
    return request->redirects > TR_HTTP_REDIRECTS_CAP ? "at most 20 redirects" : NULL;
}

static const char *keep(tr_event *ev, const void *bytes, size_t size)
{
    char *kept = tr_scratch_take(&ev->results, size + 1); // zeroed
    if (kept != NULL && size != 0)
        memcpy(kept, bytes, size);
    return kept;
}

static int fail(tr_event *ev, tr_http_response *out, int code, const char *text)
{
    const char *kept = keep(ev, text, strlen(text));
    *out = (tr_http_response){
        .body = "", .headers = "", .error = kept != NULL ? kept : tr_err_text(code)};
    return code;
}

int tr_http(tr_event *ev, const tr_http_request *request, tr_http_response *out)
{
    TR_GIVEN(ev != NULL && request != NULL && out != NULL);
    const char *fault = fault_of(request);
    if (fault != NULL)
        return fail(ev, out, TR_EINVALID, fault);
    tr_http_request whole = *request;
    if (whole.body_cap_bytes == 0)
        whole.body_cap_bytes = TR_HTTP_BODY_BYTES;
    tr_http_answer answer = {0};
    int result = tr_http_client_run(ev, &whole, &answer);
    if (result == 0) {
        *out = (tr_http_response){.status = (int)answer.status,
                                  .body = keep(ev, answer.body.data, answer.body.size),
                                  .size = answer.body.size,
                                  .headers = keep(ev, answer.headers.data, answer.headers.size),
                                  .error = ""};
        if (out->body == NULL || out->headers == NULL)
            result = TR_EFULL;
    }
    if (result == TR_ETOOBIG)
        snprintf(answer.error, sizeof answer.error, "the answer is larger than allowed");
    if (result < 0)
        (void)fail(ev, out, result, answer.error[0] != '\0' ? answer.error : tr_err_text(result));
    tr_buf_done(&answer.headers);
    tr_buf_done(&answer.body);
    return result;
}

int tr_http_get(tr_event *ev, const char *url, tr_http_response *out)
{
    return tr_http(ev, &(tr_http_request){.url = url}, out);
}

const char *tr_http_header(tr_event *ev, const tr_http_response *response, const char *name)
{
    TR_GIVEN_OR(ev != NULL && response != NULL && response->headers != NULL && name != NULL, NULL);
    size_t size = strlen(name);
    for (const char *line = response->headers; *line != '\0';) {
        const char *end = line + strcspn(line, "\r\n");
        if (tr_compare_caseless_n(line, name, size) == 0 && line[size] == ':') {
            const char *value = line + size + 1;
            value += strspn(value, " \t");
            return keep(ev, value, value < end ? (size_t)(end - value) : 0);
        }
        line = end + strspn(end, "\r\n");
    }
    return NULL;
}
