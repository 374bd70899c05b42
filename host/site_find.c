#include "host/site_find.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "troupe/err.h"

static bool has_client(const char *folder)
{
    char file[PATH_MAX];
    int size = snprintf(file, sizeof file, "%s/index.html", folder);
    return size > 0 && size < (int)sizeof file && access(file, R_OK) == 0;
}

// Where `make flutter-client` put it: below the folder of builds one is in, or beside the program's
// own folder, build/bin.
static bool find_flutter(char *out, size_t cap)
{
    snprintf(out, cap, "build/flutter/current");
    if (has_client(out))
        return true;
    char program[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    if (size < 0)
        return false;
    program[size] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    int length = snprintf(out, cap, "%s/../flutter/current", program);
    return length > 0 && length < (int)cap && has_client(out);
}

int tr_site_find(const tr_app *app, const tr_options *options, tr_site **out, tr_buf *error)
{
    *out = NULL;
    if ((options->roles & TR_ROLE_GATEWAY) == 0)
        return 0;
    char found[PATH_MAX + 32];
    const char *flutter = options->flutter_path;
    if (options->renderer != TR_RENDERER_HTML && flutter == NULL) {
        if (!find_flutter(found, sizeof found)) {
            tr_buf_printf(error,
                          "Flet's web client is not here: fetch it with `make flutter-client`, "
                          "or name its folder with --flutter-path");
            return TR_ENOTFOUND;
        }
        flutter = found;
    }
    tr_site_options site = {
        .assets = options->assets,
        .flutter = flutter,
        .desk = options->desk,
        .has_first_paint = app->first_paint,
        .tailoring = {.app_name = app->name,
                      .mount = options->mount,
                      .socket_path = options->socket_path,
                      .renderer = options->renderer,
                      .has_hash_routes = options->has_hash_routes,
                      .has_desk = options->desk != NULL},
    };
    return tr_site_open(&site, out, error);
}
