// Answers HTTP requests in every way there is: for tests/stories/http_routes.c.

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/actors/coroutine.h>
#include <troupe/troupe.h>
#include <unistd.h>

// All that is known of the request.
static void tell(tr_request *request)
{
    size_t size;
    const char *body = tr_request_body(request, &size);
    tr_respond_header(request, "X-Pid", ui_format("%d", (int)getpid()));
    tr_respond_json(request, 200,
                    "{\"method\":%s,\"path\":%s,\"a\":%s,\"q\":%s,\"agent\":%s,\"own\":%s,"
                    "\"client\":%s,\"size\":%zu,\"sum\":%u}",
                    tr_request_json(request, tr_request_method(request)),
                    tr_request_json(request, tr_request_path(request)),
                    tr_request_json(request, tr_request_part(request, "a")),
                    tr_request_json(request, tr_request_query(request, "q")),
                    tr_request_json(request, tr_request_header(request, "user-agent")),
                    tr_request_json(request, tr_request_header(request, "x-own")),
                    tr_request_json(request, tr_request_client(request)), size,
                    size != 0 ? (unsigned)(unsigned char)body[size - 1] : 0);
}

TR_HTTP_ASYNC(answerer_async)
{
    tell(request);
}
TR_HTTP_SYNC(answerer_sync)
{
    tell(request);
}
TR_HTTP_ASYNC(answerer_silent)
{
    (void)request;
}
static atomic_uint given_up;
TR_HTTP_ASYNC(answerer_slow)
{
    if (tr_coroutine_sleep(60000) == TR_ECANCELLED)
        atomic_fetch_add(&given_up, 1);
    tr_respond_text(request, 200, "late");
}
TR_HTTP_ASYNC(answerer_given_up)
{
    char text[16];
    snprintf(text, sizeof text, "%u", atomic_load(&given_up));
    tr_respond_text(request, 200, text);
}
TR_HTTP_SYNC(answerer_slow_sync)
{
    while (getppid() != 1 && strcmp(tr_request_method(request), "GET") == 0)
        usleep(10000);
}

// Refused headers are not there; what is answered last counts.
TR_HTTP_ASYNC(answerer_headers)
{
    char text[512];
    int bad = tr_respond_header(request, "x-bad", "a\r\nset-cookie: b=c");
    int name = tr_respond_header(request, "x bad", "a");
    int own = tr_respond_header(request, "Content-Length", "1");
    int first = tr_respond_header(request, "X-Good", "yes");
    int second = tr_respond_header(request, "x-good", "no");
    (void)tr_respond_header(request, "Set-Cookie", "a=1");
    (void)tr_respond_header(request, "Set-Cookie", "b=2");
    (void)tr_respond_header(request, "Cache-Control", "max-age=60");
    snprintf(text, sizeof text, "%d %d %d %d %d %d %d", bad == TR_EINVALID, name == TR_EINVALID,
             own == TR_EINVALID, first, second == TR_EEXISTS,
             tr_respond_bytes(request, 100, "text/plain", "x", 1) == TR_EINVALID,
             tr_respond_bytes(request, 200, "text/plain\n", "x", 1) == TR_EINVALID);
    tr_respond_text(request, 500, "not this");
    tr_respond_text(request, 202, text);
}
TR_HTTP_ASYNC(answerer_nothing)
{
    tr_respond_text(request, 204, "");
}
TR_HTTP_ASYNC(answerer_large)
{
    static char bytes[3000000];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i % 251);
    tr_respond_bytes(request, 200, "application/octet-stream", bytes, sizeof bytes);
}
TR_HTTP_ASYNC(answerer_file)
{
    const char *path = tr_request_query(request, "path");
    tr_respond_file(request, "application/octet-stream", path != NULL ? path : "", "given.bin");
}
TR_HTTP_SYNC(answerer_publish)
{
    size_t size;
    const void *body = tr_request_body(request, &size);
    tr_respond_text(request, tr_request_publish(request, "news", body, size) == 0 ? 200 : 500, "");
}

TR_ASYNC(answerer_heard)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    ui_set_textf(ev, "heard", "heard %.*s", (int)size, text);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "heard"));
    tr_subscribe(page, "news", answerer_heard);
}

int main(int argc, char **argv)
{
    return tr_run(
        argc, argv,
        &(tr_app){
            .name = "Answerer",
            .build = build,
            TR_HTTP_ROUTES(
                TR_HTTP("GET /api/async/:a", answerer_async, .headers = TR_HTTP_HEADERS("x-own")),
                TR_HTTP("GET /api/sync/:a", answerer_sync),
                TR_HTTP("POST /api/async/:a", answerer_async, .body_max = 100000),
                TR_HTTP("PUT /api/async/:a", answerer_sync),
                TR_HTTP("DELETE /api/async/:a", answerer_async),
                TR_HTTP("GET /api/silent", answerer_silent),
                TR_HTTP("GET /api/slow", answerer_slow, .timeout_ms = 200),
                TR_HTTP("GET /api/slow-sync", answerer_slow_sync, .timeout_ms = 200),
                TR_HTTP("GET /api/patient", answerer_slow, .timeout_ms = 600000),
                TR_HTTP("POST /api/patient", answerer_slow),
                TR_HTTP("GET /api/given-up", answerer_given_up),
                TR_HTTP("GET /api/headers", answerer_headers),
                TR_HTTP("GET /api/nothing", answerer_nothing),
                TR_HTTP("GET /api/large", answerer_large), TR_HTTP("GET /api/file", answerer_file),
                TR_HTTP("POST /api/publish", answerer_publish))});
}
