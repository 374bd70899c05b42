#include "gateway/tailor.h"

#include <stdint.h>
#include <string.h>

#include "base/html.h"
#include "base/json_text.h"

static tr_slice from(tr_slice self, size_t at)
{
    return (tr_slice){self.data + at, self.size - (uint32_t)at};
}

// Where `text` begins; the size of `self` when it is not there.
static size_t find(tr_slice self, const char *text)
{
    const char *at = self.size != 0 ? memmem(self.data, self.size, text, strlen(text)) : NULL;
    return at != NULL ? (size_t)(at - self.data) : self.size;
}

static void append(tr_buf *out, tr_slice text)
{
    tr_buf_append(out, text.data, text.size);
}

// One place in a file: what stands between `begin` and the next `end` is replaced.
typedef struct place {
    const char *begin;
    const char *end;
} place;

// Appends the file up to and with `begin`, and moves it behind what is replaced; false, and nothing
// done, where there is no such place.
static bool open_place(tr_slice *file, const place *where, tr_buf *out)
{
    size_t at = find(*file, where->begin);
    if (at == file->size)
        return false;
    at += strlen(where->begin);
    tr_slice rest = from(*file, at);
    size_t end = find(rest, where->end);
    if (end == rest.size)
        return false;
    tr_buf_append(out, file->data, at);
    *file = from(rest, end);
    return true;
}

static const char *socket_path(const tr_tailoring *self)
{
    return self->socket_path != NULL ? self->socket_path : TR_SOCKET_PATH;
}

static void put_flet(const tr_tailoring *self, tr_buf *out)
{
    static const char *const renderers[] = {"auto", "auto", "canvaskit", "skwasm"};
    const char *mount = self->mount;
    tr_buf_printf(out,
                  "<script>\n"
                  "flet.pyodide = false;\n"
                  "flet.noCdn = true;\n"
                  "flet.webRenderer = \"%s\";\n"
                  "flet.routeUrlStrategy = \"%s\";\n"
                  "flet.entrypointBaseUrl = \"%s/\";\n"
                  "flet.assetBase = \"%s/\";\n"
                  "flet.canvasKitBaseUrl = \"%s/canvaskit/\";\n"
                  "flet.fontFallbackBaseUrl = \"assets/fonts/\";\n"
                  "flet.webSocketEndpoint = \"%s%s\";\n"
                  "</script>",
                  renderers[self->renderer], self->has_hash_routes ? "hash" : "path", mount, mount,
                  mount, mount, socket_path(self));
}

// Places come in any order in a file that an app brings: each is looked for from the start.
static void replace(const place *where, void (*put)(const tr_tailoring *, tr_buf *),
                    const tr_tailoring *self, tr_buf *page)
{
    tr_slice file = tr_buf_slice(page);
    tr_buf out = {0};
    if (!open_place(&file, where, &out)) {
        tr_buf_done(&out);
        return;
    }
    put(self, &out);
    append(&out, file);
    tr_buf_done(page);
    *page = out;
}

static void put_mount(const tr_tailoring *self, tr_buf *out)
{
    tr_buf_printf(out, "%s/", self->mount);
}

static void put_name(const tr_tailoring *self, tr_buf *out)
{
    tr_html_put_text(out, tr_slice_of(self->app_name), SIZE_MAX);
}

static void put_strategy(const tr_tailoring *self, tr_buf *out)
{
    tr_buf_printf(out, "%s", self->has_hash_routes ? "hash" : "path");
}

// Relative to the page's base, which is the mount.
static void put_socket(const tr_tailoring *self, tr_buf *out)
{
    tr_buf_printf(out, "%s", socket_path(self) + 1);
}

// The first script of the page: it is there before the client's, and without it.
static void put_desk(const tr_tailoring *self, tr_buf *out)
{
    tr_buf_printf(out, "\n<script type=\"module\" src=\"%s/_desk/panel.js\"></script>",
                  self->mount);
}

// A script where Flet's build left a comment for it.
static void put_config(const tr_tailoring *self, tr_buf *out)
{
    tr_buf_printf(out, "Config -->");
    put_flet(self, out);
    tr_buf_printf(out, "<!-- ");
}

void tr_tailor_index(const tr_tailoring *self, tr_slice file, tr_buf *out)
{
    append(out, file);
    if (self->has_desk)
        replace(&(place){"<head>", ""}, put_desk, self, out);
    replace(&(place){"<base href=\"", "\""}, put_mount, self, out);
    if (self->app_name != NULL) {
        replace(&(place){"<title>", "</title>"}, put_name, self, out);
        replace(&(place){"<meta name=\"apple-mobile-web-app-title\" content=\"", "\""}, put_name,
                self, out);
    }
    if (self->renderer != TR_RENDERER_HTML) {
        replace(&(place){"<!-- fletApp", "-->"}, put_config, self, out);
        return;
    }
    replace(&(place){"<meta name=\"troupe-route-strategy\" content=\"", "\""}, put_strategy, self,
            out);
    replace(&(place){"<meta name=\"troupe-endpoint\" content=\"", "\""}, put_socket, self, out);
}

static void put_json_name(const tr_tailoring *self, tr_buf *out)
{
    tr_json_text_append(out, self->app_name);
}

void tr_tailor_manifest(const tr_tailoring *self, tr_slice file, tr_buf *out)
{
    append(out, file);
    if (self->app_name == NULL)
        return;
    replace(&(place){"\"name\": \"", "\""}, put_json_name, self, out);
    replace(&(place){"\"short_name\": \"", "\""}, put_json_name, self, out);
}

void tr_tailor_fonts(tr_slice file, tr_buf *out)
{
    const char *end = file.size != 0 ? memrchr(file.data, ']', file.size) : NULL;
    if (end == NULL || find(file, "{\"family\":\"Roboto\"") != file.size) {
        append(out, file);
        return;
    }
    size_t at = (size_t)(end - file.data);
    tr_buf_append(out, file.data, at);
    bool is_empty = memchr(file.data, '{', at) == NULL;
    tr_buf_printf(out, "%s{\"family\":\"Roboto\",\"fonts\":[{\"asset\":\"fonts/roboto.woff2\"}]}",
                  is_empty ? "" : ",");
    append(out, from(file, at));
}
