#include "gateway/site.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/folder.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { TAILORED_CAP = 3 };

struct tr_site {
    tr_folder *app;     // NULL: none
    tr_folder *flutter; // NULL: the client in this program
    char mount[TR_MOUNT_CAP_BYTES];
    char socket_path[2 * TR_MOUNT_CAP_BYTES];
    const char *desk; // borrowed for ever: an option
    tr_renderer renderer;
    bool has_first_paint;
    tr_asset tailored[TAILORED_CAP];
    tr_buf contents[TAILORED_CAP];
    char etags[TAILORED_CAP][TR_ETAG_CAP_BYTES];
    size_t tailored_count;
};

static tr_http_files app_files(const tr_site *self)
{
    if (self->app == NULL)
        return (tr_http_files){0};
    return (tr_http_files){tr_folder_assets(self->app), tr_folder_count(self->app), false};
}

static tr_http_files client_files(const tr_site *self)
{
    if (self->flutter == NULL)
        return (tr_http_files){tr_client_assets, tr_client_asset_count, true};
    return (tr_http_files){tr_folder_assets(self->flutter), tr_folder_count(self->flutter), false};
}

static const tr_asset *find(tr_http_files files, const char *path)
{
    for (size_t i = 0; i < files.count; i++)
        if (strcmp(files.assets[i].path, path) == 0)
            return &files.assets[i];
    return NULL;
}

static void keep(tr_site *self, const char *path, tr_buf *content)
{
    size_t at = self->tailored_count++;
    self->contents[at] = *content;
    tr_etag(content->data, content->size, self->etags[at]);
    self->tailored[at] = (tr_asset){
        .path = path, .data = content->data, .size = content->size, .etag = self->etags[at]};
}

static tr_slice text_of(const tr_asset *asset)
{
    return (tr_slice){(const char *)asset->data, (uint32_t)asset->size};
}

static void tailor_index(tr_site *self, const tr_tailoring *how)
{
    static const char path[] = "index.html";
    const tr_asset *own = find(app_files(self), path);
    const tr_asset *file = own != NULL ? own : find(client_files(self), path);
    // Ours as built is right where nothing is asked for, and it is there compressed.
    bool is_as_built = how->renderer == TR_RENDERER_HTML && own == NULL && *how->mount == '\0' &&
                       !how->has_hash_routes && !how->has_desk &&
                       strcmp(self->socket_path, TR_SOCKET_PATH) == 0;
    if (file == NULL || is_as_built)
        return;
    tr_buf out = {0};
    tr_tailor_index(how, text_of(file), &out);
    keep(self, path, &out);
}

// An app's own manifest already says what the app wants.
static void tailor_rest(tr_site *self, const tr_tailoring *how)
{
    static const char manifest[] = "manifest.json";
    static const char fonts[] = "assets/FontManifest.json";
    const tr_asset *file = find(client_files(self), manifest);
    if (file != NULL && find(app_files(self), manifest) == NULL) {
        tr_buf out = {0};
        tr_tailor_manifest(how, text_of(file), &out);
        keep(self, manifest, &out);
    }
    file = self->flutter != NULL ? find(client_files(self), fonts) : NULL;
    if (file != NULL && find(app_files(self), fonts) == NULL) {
        tr_buf out = {0};
        tr_tailor_fonts(text_of(file), &out);
        keep(self, fonts, &out);
    }
}

static int open_folders(tr_site *self, const tr_site_options *options, tr_buf *error)
{
    int result = 0;
    if (options->assets != NULL)
        result = tr_folder_open(options->assets, &self->app, error);
    if (result < 0 || self->renderer == TR_RENDERER_HTML)
        return result;
    result = tr_folder_open(options->flutter, &self->flutter, error);
    if (result < 0)
        return result;
    static const char *const needed[] = {"index.html", "flutter_bootstrap.js", "main.dart.js"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (find(client_files(self), needed[i]) == NULL) {
            tr_buf_printf(error, "%s: no client of Flet's: it has no %s", options->flutter,
                          needed[i]);
            return TR_ENOTFOUND;
        }
    return 0;
}

int tr_site_open(const tr_site_options *options, tr_site **out, tr_buf *error)
{
    tr_site *self = tr_new(tr_site);
    const tr_tailoring *how = &options->tailoring;
    self->renderer = how->renderer;
    self->desk = options->desk;
    self->has_first_paint =
        options->has_first_paint && how->renderer == TR_RENDERER_HTML && !how->has_hash_routes;
    snprintf(self->mount, sizeof self->mount, "%s", how->mount);
    snprintf(self->socket_path, sizeof self->socket_path, "%s%s", self->mount,
             how->socket_path != NULL ? how->socket_path : TR_SOCKET_PATH);
    int result = open_folders(self, options, error);
    if (result < 0) {
        tr_site_close(&self);
        return result;
    }
    tailor_index(self, how);
    tailor_rest(self, how);
    *out = self;
    return 0;
}

void tr_site_close(tr_site **self)
{
    tr_site *site = *self;
    if (site == NULL)
        return;
    for (size_t i = 0; i < site->tailored_count; i++)
        tr_buf_done(&site->contents[i]);
    tr_folder_close(&site->app);
    tr_folder_close(&site->flutter);
    tr_free(site);
    *self = NULL;
}

// Of the files whose names change with what is in them; NULL: there is none.
static const char *find_hashed(const char *begin, const char *end)
{
    for (size_t i = 0; i < tr_client_asset_count; i++) {
        const char *path = tr_client_assets[i].path;
        size_t size = strlen(path);
        if (strncmp(path, begin, strlen(begin)) == 0 && size > strlen(end) &&
            strcmp(path + size - strlen(end), end) == 0)
            return path;
    }
    return NULL;
}

static const tr_asset *index_of(const tr_site *self)
{
    static const char path[] = "index.html";
    const tr_asset *tailored =
        find((tr_http_files){self->tailored, self->tailored_count, false}, path);
    const tr_asset *own = tailored != NULL ? tailored : find(app_files(self), path);
    return own != NULL ? own : find(client_files(self), path);
}

tr_http_site tr_site_http(const tr_site *self)
{
    bool is_flutter = self->flutter != NULL;
    return (tr_http_site){
        .painted_page = self->has_first_paint ? index_of(self) : NULL,
        .painted = {.style = find_hashed("assets/paint-", ".css"),
                    .script = find_hashed("assets/paint-", ".js")},
        .files = {{self->tailored, self->tailored_count, false},
                  app_files(self),
                  client_files(self)},
        .mount = self->mount,
        .desk = self->desk,
        .socket_path = self->socket_path,
        .content_security_policy = is_flutter ? TR_HTTP_FLUTTER_SECURITY_POLICY : NULL,
        .is_isolated = is_flutter && self->renderer != TR_RENDERER_CANVASKIT,
    };
}
