#include "gateway/http.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "wire/limits.h"

static const char not_here[] = "There is nothing at this address.\n";
static const char text_plain[] = "text/plain; charset=utf-8";

static bool ends_with(tr_slice self, const char *end)
{
    size_t size = strlen(end);
    return self.size >= size && tr_compare_caseless_n(self.data + self.size - size, end, size) == 0;
}

// NULL: no extension, or one that is not known.
static const char *type_by_extension(tr_slice path)
{
    static const struct {
        const char *end;
        const char *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".wasm", "application/wasm"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".webp", "image/webp"},
        {".avif", "image/avif"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".otf", "font/otf"},
        {".ttf", "font/ttf"},
        {".mp3", "audio/mpeg"},
        {".mp4", "video/mp4"},
        {".webm", "video/webm"},
        {".txt", text_plain},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ends_with(path, types[i].end))
            return types[i].type;
    return NULL;
}

static const char *content_type_of(tr_slice path)
{
    const char *type = type_by_extension(path);
    return type != NULL ? type : "application/octet-stream";
}

// A file and the set it was found in.
typedef struct finding {
    const tr_asset *asset; // NULL: none
    bool is_hashed;
} finding;

static finding find_asset(const tr_http_site *site, tr_slice path)
{
    for (size_t set = 0; set < TR_HTTP_FILES_CAP; set++) {
        const tr_http_files *files = &site->files[set];
        for (size_t i = 0; i < files->count; i++)
            if (tr_slice_is(path, files->assets[i].path))
                return (finding){&files->assets[i], files->is_hashed};
    }
    return (finding){0};
}

static bool contains(tr_slice self, const char *word)
{
    return self.size != 0 && memmem(self.data, self.size, word, strlen(word)) != NULL;
}

// Client-side routes are the one page: what has no extension, what has one that no file has
// (/note/1.5, /user/ada@example.org), and whatever a person goes to, since a browser says that it
// wants a page. A path below assets/ is a file or it is not there.
static bool is_page_path(tr_slice path, tr_slice accept)
{
    if (tr_slice_begins(path, "assets/"))
        return false;
    return type_by_extension(path) == NULL || ends_with(path, ".html") ||
           contains(accept, "text/html");
}

static tr_slice trim(tr_slice self)
{
    while (self.size != 0 && (self.data[0] == ' ' || self.data[0] == '\t')) {
        self.data++;
        self.size--;
    }
    while (self.size != 0 && (self.data[self.size - 1] == ' ' || self.data[self.size - 1] == '\t'))
        self.size--;
    return self;
}

// Cuts the part before `separator` off the front of a list.
static tr_slice next_item(tr_slice *list, char separator)
{
    const char *end = list->size != 0 ? memchr(list->data, separator, list->size) : NULL;
    uint32_t size = end != NULL ? (uint32_t)(end - list->data) : list->size;
    tr_slice item = {list->data, size};
    uint32_t used = end != NULL ? size + 1 : size;
    list->data += used;
    list->size -= used;
    return trim(item);
}

// "gzip;q=0" and the like mean no.
static bool is_refused(tr_slice parameters)
{
    while (parameters.size != 0) {
        tr_slice parameter = next_item(&parameters, ';');
        if (parameter.size < 3 || tr_compare_caseless_n(parameter.data, "q=", 2) != 0)
            continue;
        for (uint32_t i = 2; i < parameter.size; i++)
            if (parameter.data[i] != '0' && parameter.data[i] != '.')
                return false;
        return true;
    }
    return false;
}

static bool accepts_gzip(tr_slice accept_encoding)
{
    while (accept_encoding.size != 0) {
        tr_slice item = next_item(&accept_encoding, ',');
        tr_slice name = next_item(&item, ';');
        if (name.size == 4 && tr_compare_caseless_n(name.data, "gzip", 4) == 0)
            return !is_refused(item);
    }
    return false;
}

static tr_slice without_weakness(tr_slice etag)
{
    if (etag.size > 2 && etag.data[0] == 'W' && etag.data[1] == '/')
        return (tr_slice){etag.data + 2, etag.size - 2};
    return etag;
}

static bool matches_etag(tr_slice if_none_match, const char *etag)
{
    while (if_none_match.size != 0) {
        tr_slice item = next_item(&if_none_match, ',');
        if (tr_slice_is(item, "*") || tr_slice_is(without_weakness(item), etag))
            return true;
    }
    return false;
}

// Of the bytes that are sent: "abc" as they are, "abc-gzip" compressed.
static void write_etag(const tr_asset *asset, bool is_gzip, char out[TR_HTTP_ETAG_CAP_BYTES])
{
    size_t size = strlen(asset->etag);
    bool is_quoted = size > 1 && asset->etag[size - 1] == '"';
    snprintf(out, TR_HTTP_ETAG_CAP_BYTES, "%.*s%s%s", (int)(size - is_quoted), asset->etag,
             is_gzip ? "-gzip" : "", is_quoted ? "\"" : "");
}

static tr_http_answer refuse(unsigned status, const char *text)
{
    return (tr_http_answer){
        .status = status,
        .content_type = text_plain,
        .cache_control = "no-store",
        .body = (const unsigned char *)text,
        .body_size = strlen(text),
    };
}

static void cut_part(tr_http_answer *answer, tr_slice range)
{
    size_t size = answer->body_size;
    size_t first = 0;
    size_t part = 0;
    enum tr_range how = tr_range_read(range, size, &first, &part);
    if (how == TR_RANGE_WHOLE)
        return;
    if (how == TR_RANGE_OUTSIDE) {
        *answer = refuse(416, "The file has no such part.\n");
        answer->has_ranges = true;
        answer->file_size = size;
        return;
    }
    answer->status = 206;
    answer->first = first;
    answer->file_size = size;
    answer->body += first;
    answer->body_size = part;
}

static tr_http_answer serve(finding found, const tr_http_request *request)
{
    const tr_asset *asset = found.asset;
    tr_slice path = tr_slice_of(asset->path);
    bool is_hashed = found.is_hashed && tr_slice_begins(path, "assets/");
    // A part is of the bytes as they are: what a player or a download asks for again.
    bool is_gzip =
        asset->gzip != NULL && request->range.size == 0 && accepts_gzip(request->accept_encoding);
    tr_http_answer answer = {
        .status = 200,
        .content_type = content_type_of(path),
        .cache_control = is_hashed ? "public, max-age=31536000, immutable" : "no-cache",
        .is_page = ends_with(path, ".html"),
        .policy =
            is_hashed && tr_slice_begins(path, TR_HTTP_WORKERS) ? TR_HTTP_WORKER_POLICY : NULL,
        .varies_by_encoding = asset->gzip != NULL,
        .has_ranges = true,
    };
    answer.is_app = tr_slice_is(path, "index.html");
    write_etag(asset, is_gzip, answer.etag);
    if (matches_etag(request->if_none_match, answer.etag)) {
        answer.status = 304;
        return answer;
    }
    answer.is_gzip = is_gzip;
    answer.body = is_gzip ? asset->gzip : asset->data;
    answer.body_size = is_gzip ? asset->gzip_size : asset->size;
    bool is_part_wanted =
        request->method == TR_HTTP_GET && request->range.size != 0 &&
        (request->if_range.size == 0 || tr_slice_is(request->if_range, answer.etag));
    if (is_part_wanted)
        cut_part(&answer, request->range);
    return answer;
}

// Cuts the mount off; false: the path is not under it.
static bool enter_mount(const char *mount, tr_slice *path)
{
    size_t size = mount != NULL ? strlen(mount) : 0;
    if (path->size < size || memcmp(path->data, mount != NULL ? mount : "", size) != 0)
        return false;
    path->data += size;
    path->size -= (uint32_t)size;
    return size == 0 || path->size == 0 || path->data[0] == '/';
}

tr_http_answer tr_http_answer_to(const tr_http_site *site, const tr_http_request *request)
{
    if (request->method == TR_HTTP_OTHER)
        return refuse(405, "This server answers GET and HEAD here, and no other method.\n");
    tr_slice path = request->path;
    if (path.size > TR_HTTP_PATH_CAP_BYTES)
        return refuse(414, "This address is longer than the server takes.\n");
    if (path.size == 0 || path.data[0] != '/')
        return refuse(400, "A path begins with a slash.\n");
    if (tr_slice_is(path, "/health"))
        return (tr_http_answer){
            .content_type = "application/json", .cache_control = "no-store", .is_health = true};
    if (tr_slice_is(path, site->socket_path != NULL ? site->socket_path : "/ws"))
        return refuse(426, "This address is for WebSockets: the app's page is elsewhere.\n");
    if (!enter_mount(site->mount, &path))
        return refuse(404, not_here);
    // Addresses in the page are below its base, which ends with a slash.
    if (path.size == 0 && site->mount != NULL && *site->mount != '\0')
        return refuse(307, "The page is at this address with a slash behind it.\n");
    tr_slice name = {path.data + (path.size != 0), path.size - (path.size != 0)};
    finding found = find_asset(site, name);
    if (found.asset == NULL && is_page_path(name, request->accept))
        found = find_asset(site, TR_SLICE("index.html"));
    return found.asset != NULL ? serve(found, request) : refuse(404, not_here);
}

unsigned tr_http_health(const tr_http_health_facts *facts, char out[TR_HTTP_HEALTH_CAP_BYTES])
{
    bool is_well = !facts->is_draining && facts->has_worker;
    const char *status = facts->is_degraded ? "degraded" : "ok";
    snprintf(out, TR_HTTP_HEALTH_CAP_BYTES, "{\"status\":\"%s\"}\n",
             is_well ? status : "unavailable");
    return is_well ? 200 : 503;
}
