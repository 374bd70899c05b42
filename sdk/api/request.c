// The functions of troupe/pages/http_route.h.

#include "troupe/pages/http_route.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/request_record.h"
#include "troupe/actors/topics.h"
#include "wire/header_text.h"
#include "wire/limits.h"
#include "wire/reader.h"
#include "wire/route_match.h"
#include "wire/scan.h"
#include "wire/writer.h"

const char *tr_request_method(const tr_request *request)
{
    TR_GIVEN_OR(request != NULL, "");
    return request->method;
}

const char *tr_request_path(const tr_request *request)
{
    TR_GIVEN_OR(request != NULL, "");
    return request->path;
}

const char *tr_request_client(const tr_request *request)
{
    TR_GIVEN_OR(request != NULL, "");
    return request->client;
}

const void *tr_request_body(const tr_request *request, size_t *out_size)
{
    if (out_size != NULL)
        *out_size = 0;
    TR_GIVEN_OR(request != NULL && out_size != NULL, "");
    *out_size = request->asked.body.size;
    return request->asked.body.size != 0 ? request->asked.body.data : "";
}

// A text that lives as long as the request.
static char *keep(tr_request *self, tr_slice text)
{
    tr_request_text *one = tr_alloc(sizeof *one + text.size + 1);
    one->next = self->texts;
    self->texts = one;
    if (text.size != 0)
        memcpy(one->text, text.data, text.size);
    one->text[text.size] = '\0';
    return one->text;
}

const char *tr_request_part(tr_request *request, const char *name)
{
    TR_GIVEN_OR(request != NULL && name != NULL, "");
    tr_slice found;
    if (!tr_route_find_param(request->pattern, tr_slice_of(request->path), tr_slice_of(name),
                             &found))
        return "";
    return keep(request, found);
}

const char *tr_request_query(tr_request *request, const char *name)
{
    TR_GIVEN_OR(request != NULL && name != NULL, NULL);
    size_t size = strlen(name);
    tr_reader in = tr_reader_of(request->asked.query);
    for (uint32_t left = tr_reader_array(&in); left != 0; left--) {
        tr_slice part = tr_reader_bytes(&in);
        bool is_it = part.size >= size && memcmp(part.data, name, size) == 0;
        if (is_it && part.size == size)
            return "";
        if (is_it && part.data[size] == '=')
            return keep(request, (tr_slice){part.data + size + 1, part.size - (uint32_t)size - 1});
    }
    return NULL;
}

const char *tr_request_header(tr_request *request, const char *name)
{
    TR_GIVEN_OR(request != NULL && name != NULL, NULL);
    tr_reader in = tr_reader_of(request->asked.headers);
    for (uint32_t left = tr_reader_array(&in); left >= 2; left -= 2) {
        tr_slice one = tr_reader_bytes(&in);
        tr_slice value = tr_reader_bytes(&in);
        if (tr_slice_is(one, name))
            return keep(request, value);
    }
    return NULL;
}

// -- the answer --

static bool is_of_http(const char *name)
{
    static const char *const names[] = {"connection",        "content-length",
                                        "content-type",      "date",
                                        "keep-alive",        "server",
                                        "trailer",           "upgrade",
                                        "transfer-encoding", "content-disposition"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (tr_compare_caseless(names[i], name) == 0)
            return true;
    return false;
}

static bool has_header(const tr_request *self, const char *name)
{
    tr_reader in = tr_reader_of(tr_buf_slice(&self->headers));
    for (uint32_t i = 0; i < self->header_count; i++) {
        tr_slice one = tr_reader_text(&in);
        (void)tr_reader_text(&in);
        if (tr_slice_is(one, name))
            return true;
    }
    return false;
}

int tr_respond_header(tr_request *request, const char *name, const char *value)
{
    char small[TR_HEADER_NAME_CAP_BYTES + 1];
    TR_GIVEN(request != NULL && name != NULL && value != NULL);
    if (strlen(name) >= sizeof small)
        return TR_EINVALID;
    for (size_t i = 0; i <= strlen(name); i++)
        small[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
    if (!tr_header_name_is(tr_slice_of(small)) || !tr_header_value_is(tr_slice_of(value)) ||
        is_of_http(small))
        return tr_misuse_refuse(TR_EINVALID, "no header of an answer may be like that");
    if (strcmp(small, "set-cookie") != 0 && has_header(request, small))
        return TR_EEXISTS;
    if (request->headers.size + strlen(small) + strlen(value) > TR_ANSWER_HEADERS_CAP_BYTES)
        return TR_ETOOBIG;
    tr_write_text(&request->headers, tr_slice_of(small));
    tr_write_text(&request->headers, tr_slice_of(value));
    request->header_count++;
    return 0;
}

static int begin(tr_request *self, unsigned status, const char *type)
{
    if (status < 200 || status > 599 || !tr_media_type_is(tr_slice_of(type)))
        return tr_misuse_refuse(TR_EINVALID,
                                "an answer has a status of 200 to 599 and a media type");
    self->status = status;
    tr_free(self->type);
    tr_free(self->file);
    tr_free(self->name);
    self->type = tr_copy_text(type, strlen(type));
    self->file = self->name = NULL;
    self->body.size = 0;
    return 0;
}

int tr_respond_bytes(tr_request *request, unsigned status, const char *type, const void *bytes,
                     size_t size)
{
    TR_GIVEN(request != NULL && type != NULL && (bytes != NULL || size == 0));
    if (size > TR_HTTP_BODY_CAP_BYTES)
        return tr_misuse_refuse(TR_ETOOBIG, "an answer has at most 8 MiB; a file may be larger");
    int result = begin(request, status, type);
    if (result == 0)
        tr_buf_append(&request->body, bytes, size);
    return result;
}

int tr_respond_text(tr_request *request, unsigned status, const char *text)
{
    TR_GIVEN(request != NULL && text != NULL);
    return tr_respond_bytes(request, status, "text/plain; charset=utf-8", text, strlen(text));
}

int tr_respond_json(tr_request *request, unsigned status, const char *format, ...)
{
    TR_GIVEN(request != NULL && format != NULL);
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0)
        return TR_ETOOBIG;
    int result = tr_respond_bytes(request, status, "application/json", text, (size_t)size);
    free(text);
    return result;
}

const char *tr_request_json(tr_request *request, const char *text)
{
    TR_GIVEN_OR(request != NULL, "null");
    if (text == NULL)
        return "null";
    tr_buf out = {0};
    bool is_utf8 = tr_scan_is_utf8((const uint8_t *)text, strlen(text)) != 0;
    tr_buf_append(&out, "\"", 1);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            tr_buf_printf(&out, "\\%c", c);
        else if (c < ' ' || c == 0x7f || (c >= 0x80 && !is_utf8))
            tr_buf_printf(&out, "\\u%04x", c); // what is no UTF-8 is taken for Latin-1
        else
            tr_buf_append(&out, text, 1);
    }
    tr_buf_append(&out, "\"", 1);
    const char *kept = keep(request, tr_buf_slice(&out));
    tr_buf_done(&out);
    return kept;
}

int tr_respond_file(tr_request *request, const char *type, const char *path, const char *name)
{
    TR_GIVEN(request != NULL && type != NULL && path != NULL);
    if (strlen(path) > TR_DOWNLOAD_PATH_CAP_BYTES)
        return TR_ETOOBIG;
    int result = begin(request, 200, type);
    if (result < 0)
        return result;
    request->file = tr_copy_text(path, strlen(path));
    request->name = name != NULL ? tr_copy_text(name, strlen(name)) : NULL;
    return 0;
}

int tr_request_publish(tr_request *request, const char *topic, const void *payload, size_t size)
{
    TR_GIVEN(request != NULL && topic != NULL && (payload != NULL || size == 0));
    return tr_topic_publish(request->home, topic, TR_TO_ALL, payload, size);
}
