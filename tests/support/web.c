#include "tests/support/web.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/must.h"

enum { CONNECTIONS = 512 };

struct web {
    int fd;
    int port;
    char url[256];
    pthread_t accepting;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int fds[CONNECTIONS];
    pthread_t threads[CONNECTIONS];
    int count; // connections ever
    int open;
    int most;
    int closed; // by the other end
};

typedef struct visitor {
    struct web *web;
    int fd;
    int number;
} visitor;

static int put(int fd, const char *text)
{
    return send(fd, text, strlen(text), MSG_NOSIGNAL) > 0;
}

static void answer(int fd, const char *path, const char *request)
{
    char text[8192];
    if (strcmp(path, "/ok") == 0) {
        put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind:  plain \r\n\r\nhello");
    } else if (strcmp(path, "/missing") == 0) {
        put(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
    } else if (strcmp(path, "/echo") == 0) {
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s", request);
        put(fd, text);
    } else if (strcmp(path, "/huge") == 0) {
        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        put(fd, "HTTP/1.1 200 OK\r\n\r\n");
        while (put(fd, text))
            continue;
    } else if (strcmp(path, "/headers") == 0) {
        put(fd, "HTTP/1.1 200 OK\r\n");
        while (put(fd, "X-Again: and again and again and again and again and again\r\n"))
            continue;
    } else if (strcmp(path, "/broken") == 0) {
        put(fd, "\x01\x02 this is not what was asked for\r\n\r\n");
    } else if (strcmp(path, "/short") == 0) {
        put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello");
    } else if (strcmp(path, "/loop") == 0) {
        put(fd, "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
    } else if (strcmp(path, "/twice") == 0) {
        put(fd,
            "HTTP/1.1 302 Found\r\nLocation: /ok\r\nX-Kind: way\r\nContent-Length: 4\r\n\r\naway");
    } else if (strcmp(path, "/away") == 0) {
        put(fd, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
    }
}

static int keeps_open(const char *path)
{
    return strcmp(path, "/ok") == 0 || strcmp(path, "/missing") == 0 ||
           strcmp(path, "/loop") == 0 || strcmp(path, "/twice") == 0 || strcmp(path, "/away") == 0;
}

// Until the other end leaves.
static void wait_for_end(visitor *self)
{
    char bytes[256];
    while (recv(self->fd, bytes, sizeof bytes, 0) > 0)
        continue;
}

static void serve(visitor *self)
{
    char request[4096];
    size_t size = 0;
    for (;;) {
        ssize_t got = recv(self->fd, request + size, sizeof request - 1 - size, 0);
        if (got <= 0)
            return;
        size += (size_t)got;
        request[size] = '\0';
        char *end = strstr(request, "\r\n\r\n");
        if (end == NULL)
            continue;
        const char *length = strstr(request, "Content-Length: ");
        size_t body = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
        if (size < (size_t)(end + 4 - request) + body)
            continue;
        char path[64] = "";
        (void)sscanf(request, "%*s %63s", path);
        if (strcmp(path, "/slow") == 0) {
            wait_for_end(self);
            return;
        }
        answer(self->fd, path, request);
        if (!keeps_open(path))
            return;
        size = 0;
    }
}

static void *run_visitor(void *arg)
{
    visitor *self = arg;
    web *owner = self->web;
    serve(self);
    pthread_mutex_lock(&owner->lock);
    close(self->fd);
    owner->fds[self->number] = -1;
    owner->open--;
    owner->closed++;
    pthread_cond_broadcast(&owner->changed);
    pthread_mutex_unlock(&owner->lock);
    free(self);
    return NULL;
}

static void *run_accepting(void *arg)
{
    web *self = arg;
    int fd;
    while ((fd = accept(self->fd, NULL, NULL)) >= 0) {
        pthread_mutex_lock(&self->lock);
        tr_must(self->count < CONNECTIONS);
        int number = self->count++;
        self->fds[number] = fd;
        self->open++;
        self->most = self->open > self->most ? self->open : self->most;
        visitor *next = malloc(sizeof *next);
        tr_must(next != NULL);
        *next = (visitor){self, fd, number};
        tr_must(pthread_create(&self->threads[number], NULL, run_visitor, next) == 0);
        pthread_mutex_unlock(&self->lock);
    }
    return NULL;
}

web *web_start(void)
{
    web *self = calloc(1, sizeof *self);
    tr_must(self != NULL);
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    tr_must(bind(self->fd, (struct sockaddr *)&address, size) == 0);
    tr_must(listen(self->fd, 512) == 0);
    tr_must(getsockname(self->fd, (struct sockaddr *)&address, &size) == 0);
    self->port = ntohs(address.sin_port);
    tr_must(pthread_create(&self->accepting, NULL, run_accepting, self) == 0);
    return self;
}

void web_stop(web **web_at)
{
    web *self = *web_at;
    if (self == NULL)
        return;
    *web_at = NULL;
    shutdown(self->fd, SHUT_RDWR);
    pthread_join(self->accepting, NULL);
    close(self->fd);
    pthread_mutex_lock(&self->lock);
    for (int i = 0; i < self->count; i++)
        if (self->fds[i] >= 0)
            shutdown(self->fds[i], SHUT_RDWR);
    pthread_mutex_unlock(&self->lock);
    for (int i = 0; i < self->count; i++)
        pthread_join(self->threads[i], NULL);
    free(self);
}

const char *web_url(web *self, const char *path)
{
    snprintf(self->url, sizeof self->url, "http://127.0.0.1:%d%s", self->port, path);
    return self->url;
}

int web_wait_closed(web *self, int count)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 10;
    int result = 0;
    pthread_mutex_lock(&self->lock);
    while (self->closed < count && result == 0)
        result = pthread_cond_timedwait(&self->changed, &self->lock, &end);
    pthread_mutex_unlock(&self->lock);
    return result == 0;
}

int web_most(web *self)
{
    pthread_mutex_lock(&self->lock);
    int most = self->most;
    pthread_mutex_unlock(&self->lock);
    return most;
}
