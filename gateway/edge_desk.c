// The edge's half for `troupe dev`, which starts gateways with --desk FOLDER: what it tells pages of the app that is
// being written. Files, read at each request; without a folder there is nothing at these addresses. And what people
// answer there: POST _desk/answer/TEXT writes the file `answer`, which the desk reads; pages of other origins may not.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "gateway/edge_socket.h"
#include "troupe/err.h"

enum { FILE_CAP_BYTES = 1024 * 1024 };

static const struct desk_file {
    const char *name;
    const char *type;
} files[] = {{"panel.js", "text/javascript; charset=utf-8"},
             {"status.json", "application/json"},
             {"log.json", "application/json"}};

static const struct desk_file *find_file(const tr_edge *edge, tr_slice path)
{
    char whole[TR_EDGE_PATH_CAP_BYTES + 32];
    const tr_http_site *site = &edge->options.site;
    for (unsigned i = 0; site->desk != NULL && i < sizeof files / sizeof *files; i++) {
        (void)snprintf(whole, sizeof whole, "%s/_desk/%s", site->mount != NULL ? site->mount : "",
                       files[i].name);
        if (tr_slice_is(path, whole))
            return &files[i];
    }
    return NULL;
}

static int read_file(const char *folder, const char *name, tr_buf *out)
{
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = length < (int)sizeof path ? fopen(path, "re") : NULL;
    if (file == NULL)
        return TR_ENOTFOUND;
    struct stat facts;
    int result = TR_EFULL;
    if (fstat(fileno(file), &facts) == 0 && facts.st_size > 0 && facts.st_size <= FILE_CAP_BYTES) {
        size_t size = (size_t)facts.st_size;
        result = fread(tr_buf_reserve(out, size), 1, size, file) == size ? 0 : TR_ESYSTEM;
        out->size += result == 0 ? size : 0;
    }
    (void)fclose(file);
    return result;
}

// In one piece, which libwebsockets keeps until it is sent; it wants room in front of it.
static int write_body(struct lws *wsi, tr_buf *body)
{
    int size = (int)(body->size - LWS_PRE);
    return lws_write(wsi, body->data + LWS_PRE, (size_t)size, LWS_WRITE_HTTP_FINAL) < size ? -1 : 0;
}

static int answer(const tr_edge *edge, const tr_socket *self, struct lws *wsi,
                  const struct desk_file *file, bool is_head)
{
    tr_buf body = {0};
    static const unsigned char room[LWS_PRE];
    tr_buf_append(&body, room, sizeof room);
    int result = -1;
    if (read_file(edge->options.site.desk, file->name, &body) == 0) {
        tr_http_answer head = {.status = 200,
                               .content_type = file->type,
                               .cache_control = "no-store",
                               .body = body.data + LWS_PRE,
                               .body_size = body.size - LWS_PRE,
                               .is_last = self->request->is_last};
        result = tr_edge_write_head(edge, wsi, &head);
        if (result == 0 && !is_head)
            result = write_body(wsi, &body);
    }
    tr_buf_done(&body);
    return result < 0 ? -1 : tr_edge_complete(wsi, self->request->is_last);
}

// When a page last looked: somebody is there who can answer.
static void note_look(const char *folder)
{
    char path[1024];
    if (snprintf(path, sizeof path, "%s/seen", folder) >= (int)sizeof path)
        return;
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    (void)futimens(file, NULL);
    (void)close(file);
}

static bool is_word(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++)
        if (strchr("0123456789abcdefghijklmnopqrstuvwxyz-", text.data[i]) == NULL ||
            text.data[i] == '\0')
            return false;
    return text.size > 0 && text.size <= TR_EDGE_DESK_ANSWER_CAP;
}

// Under another name first, as the desk's own files.
static bool write_answer(const char *folder, tr_slice text)
{
    char path[1024];
    char whole[1024];
    if (snprintf(path, sizeof path, "%s/.answer", folder) >= (int)sizeof path)
        return false;
    (void)snprintf(whole, sizeof whole, "%s/answer", folder);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool is_written = fwrite(text.data, 1, text.size, file) == text.size;
    return fclose(file) == 0 && is_written && rename(path, whole) == 0;
}

unsigned tr_edge_desk_answer(const tr_edge *edge, int method, tr_slice path, bool is_own_page)
{
    char before[TR_EDGE_PATH_CAP_BYTES + 32];
    const tr_http_site *site = &edge->options.site;
    if (method != LWSHUMETH_POST)
        return 0;
    (void)snprintf(before, sizeof before, "%s/_desk/answer/",
                   site->mount != NULL ? site->mount : "");
    uint32_t size = (uint32_t)strlen(before);
    if (path.size <= size || memcmp(path.data, before, size) != 0)
        return 0;
    tr_slice text = {path.data + size, path.size - size};
    if (!is_own_page)
        return 403;
    if (!is_word(text))
        return 400;
    return write_answer(site->desk, text) ? 200 : 500;
}

bool tr_edge_on_desk(const tr_edge *edge, tr_socket *self, struct lws *wsi, int method,
                     tr_slice path, int *out_result)
{
    const struct desk_file *file = find_file(edge, path);
    if (file == NULL || (method != LWSHUMETH_GET && method != LWSHUMETH_HEAD))
        return false;
    if (strcmp(file->name, "status.json") == 0)
        note_look(edge->options.site.desk);
    *out_result = answer(edge, self, wsi, file, method == LWSHUMETH_HEAD);
    return true;
}
