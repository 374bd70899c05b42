// Needs: libcurl
// Two pages are fetched at once with libcurl on one thread: its sockets are waited for by
// coroutines. The server that they are fetched from is a coroutine, too.

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <troupe/actors.h>
#include <unistd.h>

enum { DEADLINE_MS = 5000 };

// -- the client --

// Waits for one of the sockets of a transfer, or until curl wants to be called anyway.
static int wait_for(CURLM *curl)
{
    fd_set readable, writable, broken;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_ZERO(&broken);
    int last = -1;
    long timeout_ms = 100;
    curl_multi_fdset(curl, &readable, &writable, &broken, &last);
    curl_multi_timeout(curl, &timeout_ms);
    uint64_t wait_ms = timeout_ms < 0 || timeout_ms > 100 ? 100 : (uint64_t)timeout_ms;
    if (last < 0)
        return tr_coroutine_sleep(wait_ms);
    int result = tr_coroutine_wait_fd(
        last, FD_ISSET(last, &writable) ? TR_FD_WRITABLE : TR_FD_READABLE, wait_ms);
    return result == TR_ETIMEOUT ? 0 : result;
}

static size_t keep(char *bytes, size_t size, size_t count, void *arg)
{
    strncat(arg, bytes, size * count < 64 ? size * count : 64);
    return size * count;
}

static void fetch(void *arg)
{
    char body[128] = "";
    CURLM *multi = curl_multi_init();
    CURL *transfer = curl_easy_init();
    curl_easy_setopt(transfer, CURLOPT_URL, arg);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, body);
    curl_multi_add_handle(multi, transfer);
    int running = 1;
    while (curl_multi_perform(multi, &running) == CURLM_OK && running > 0)
        if (wait_for(multi) < 0)
            break; // cancelled
    printf("%s: %s\n", strrchr(arg, '/'), running > 0 ? "gave up" : body);
    curl_multi_remove_handle(multi, transfer);
    curl_easy_cleanup(transfer);
    curl_multi_cleanup(multi);
}

// -- the server --

static void answer(void *arg)
{
    int socket = *(int *)arg;
    free(arg);
    char request[1024] = "";
    char path[64] = "";
    char response[256];
    if (tr_coroutine_wait_fd(socket, TR_FD_READABLE, DEADLINE_MS) > 0 &&
        read(socket, request, sizeof request - 1) > 0 && sscanf(request, "GET %63s", path) == 1) {
        // The first page takes longer, and keeps nobody waiting.
        tr_coroutine_sleep(strcmp(path, "/slow") == 0 ? 200 : 0);
        int size = snprintf(response, sizeof response,
                            "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\nthis is %s",
                            strlen("this is ") + strlen(path), path);
        ssize_t written = write(socket, response, (size_t)size);
        (void)written;
    }
    close(socket);
}

static void serve(void *arg)
{
    int listener = *(int *)arg;
    while (tr_coroutine_wait_fd(listener, TR_FD_READABLE, DEADLINE_MS) > 0) {
        int *socket = malloc(sizeof *socket);
        *socket = accept(listener, NULL, NULL);
        if (tr_coroutine_start(tr_core_current(), "answer", answer, socket, NULL) < 0)
            close(*socket), free(socket);
    }
}

// -- both --

static void run(void *arg)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    bind(listener, (struct sockaddr *)&here, sizeof here);
    listen(listener, 8);
    getsockname(listener, (struct sockaddr *)&here, &size);
    char urls[2][64];
    static const char *const pages[] = {"slow", "quick"};
    for (int i = 0; i < 2; i++)
        snprintf(urls[i], sizeof urls[i], "http://127.0.0.1:%d/%s", ntohs(here.sin_port), pages[i]);

    tr_group *server = tr_group_new();
    tr_group *fetches = tr_group_new();
    int result = tr_group_start(server, "serve", serve, &listener);
    for (int i = 0; i < 2 && result == 0; i++)
        result = tr_group_start(fetches, "fetch", fetch, urls[i]);
    if (result == 0)
        result = tr_group_wait_all(fetches, DEADLINE_MS);
    tr_group_free(&fetches);
    tr_group_free(&server); // cancels it
    close(listener);
    tr_system_end(tr_core_system(arg), result < 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    return tr_coroutine_start(core, "run", run, core, NULL);
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
