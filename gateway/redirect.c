#include "gateway/redirect.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "gateway/forwarded.h"
#include "gateway/request.h"

#define ACME_PATH "/.well-known/acme-challenge/"
#define TOKEN_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

enum { HTTPS_PORT = 443, CHALLENGE_CAP_BYTES = 4096, TOKEN_CAP_BYTES = 256 };

typedef struct request {
    bool is_head;     // the answer has no body
    bool is_absolute; // its target has the host
    tr_slice host;
    unsigned hosts;  // header lines
    tr_slice target; // path and query
} request;

// Without its line break.
static tr_slice next_line(tr_slice *rest)
{
    const char *end = rest->size != 0 ? memchr(rest->data, '\n', rest->size) : NULL;
    uint32_t size = end != NULL ? (uint32_t)(end - rest->data) : rest->size;
    tr_slice line = {rest->data, size};
    *rest = end != NULL ? (tr_slice){end + 1, rest->size - size - 1} : (tr_slice){0};
    if (line.size != 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

static tr_slice behind(tr_slice text, uint32_t size)
{
    return (tr_slice){text.data + size, text.size - size};
}

static tr_slice trimmed(tr_slice text)
{
    while (text.size != 0 && (*text.data == ' ' || *text.data == '\t'))
        text = behind(text, 1);
    while (text.size != 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

static uint32_t size_until(tr_slice text, const char *characters)
{
    uint32_t size = 0;
    while (size < text.size && (text.data[size] == '\0' || !strchr(characters, text.data[size])))
        size++;
    return size;
}

// "GET /path?query HTTP/1.1", or with a whole address in place of the path (RFC 9112 section 3.2.2),
// whose host counts then.
static void read_target(request *self, tr_slice line)
{
    self->is_head = tr_slice_begins_caseless(line, "HEAD ");
    tr_slice rest = behind(line, size_until(line, " "));
    rest = trimmed(rest);
    self->target = (tr_slice){rest.data, size_until(rest, " ")};
    if (!tr_slice_begins_caseless(self->target, "http://"))
        return;
    self->is_absolute = true;
    tr_slice place = behind(self->target, 7);
    uint32_t size = size_until(place, "/?#");
    self->host = (tr_slice){place.data, size};
    self->target = behind(place, size);
    if (self->target.size == 0)
        self->target = TR_SLICE("/");
}

static request read_request(tr_slice head)
{
    request self = {0};
    read_target(&self, next_line(&head));
    for (tr_slice line = next_line(&head); line.size != 0; line = next_line(&head)) {
        if (!tr_slice_begins_caseless(line, "host:"))
            continue;
        self.hosts++;
        if (!self.is_absolute)
            self.host = trimmed(behind(line, 5));
    }
    return self;
}

// A path of printable ASCII, as browsers send it: nothing of it ends the header it goes into.
static bool is_target(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return text.size != 0 && text.data[0] == '/';
}

static tr_slice without_port(tr_slice host)
{
    uint32_t from = host.data[0] == '[' ? size_until(host, "]") : 0;
    return (tr_slice){host.data, from + size_until(behind(host, from), ":")};
}

// -- answers --

static size_t write_answer(char *out, const request *asked, const char *status, const char *more,
                           const char *text)
{
    int size = snprintf(out, TR_REDIRECT_CAP_BYTES,
                        "HTTP/1.1 %s\r\nserver: troupe\r\n%scontent-type: text/plain; "
                        "charset=utf-8\r\ncontent-length: %zu\r\nconnection: close\r\n\r\n%s",
                        status, more, strlen(text), asked->is_head ? "" : text);
    return size > 0 && (size_t)size < TR_REDIRECT_CAP_BYTES ? (size_t)size : 0;
}

static size_t write_redirect(const tr_redirect *self, const request *asked, char *out)
{
    char location[TR_REDIRECT_CAP_BYTES - 512];
    char port[16] = "";
    tr_slice host = without_port(asked->host);
    if (self->port != HTTPS_PORT)
        snprintf(port, sizeof port, ":%u", self->port);
    snprintf(location, sizeof location, "location: https://%.*s%s%.*s\r\n", (int)host.size,
             host.data, port, (int)asked->target.size, asked->target.data);
    return write_answer(out, asked, "308 Permanent Redirect", location,
                        "This address is served over HTTPS.\n");
}

// -- challenges --

static tr_slice token_of(tr_slice target)
{
    if (!tr_slice_begins_caseless(target, ACME_PATH))
        return (tr_slice){0};
    tr_slice token = behind(target, sizeof ACME_PATH - 1);
    for (uint32_t i = 0; i < token.size; i++)
        if (strchr(TOKEN_CHARACTERS, token.data[i]) == NULL)
            return (tr_slice){0};
    return token.size < TOKEN_CAP_BYTES ? token : (tr_slice){0};
}

static bool read_challenge(const char *folder, tr_slice token, char out[CHALLENGE_CAP_BYTES])
{
    char path[PATH_MAX];
    struct stat facts;
    int length =
        snprintf(path, sizeof path, "%s" ACME_PATH "%.*s", folder, (int)token.size, token.data);
    int file = length > 0 && (size_t)length < sizeof path
                   ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
                   : -1;
    if (file < 0)
        return false;
    ssize_t size = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode)
                       ? read(file, out, CHALLENGE_CAP_BYTES - 1)
                       : -1;
    close(file);
    if (size < 0)
        return false;
    out[size] = '\0';
    return true;
}

size_t tr_redirect_answer(const tr_redirect *self, tr_slice head, char out[TR_REDIRECT_CAP_BYTES])
{
    char challenge[CHALLENGE_CAP_BYTES];
    request asked = read_request(head);
    if (asked.hosts > 1 || !tr_request_is_host(asked.host) || !is_target(asked.target))
        return write_answer(out, &asked, "400 Bad Request", "",
                            "A request names one Host, and a path.\n");
    if (!tr_host_is_allowed(asked.host, self->allowed_hosts))
        return write_answer(out, &asked, "421 Misdirected Request", "",
                            "This server does not answer for that host (--allowed-hosts).\n");
    tr_slice token = self->acme_folder != NULL ? token_of(asked.target) : (tr_slice){0};
    if (token.size == 0)
        return write_redirect(self, &asked, out);
    if (!read_challenge(self->acme_folder, token, challenge))
        return write_answer(out, &asked, "404 Not Found", "", "There is no such challenge.\n");
    return write_answer(out, &asked, "200 OK", "cache-control: no-store\r\n", challenge);
}
