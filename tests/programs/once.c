// A page whose handlers tell a service, at ONCE_URL, what is to be done once.

#include <stdlib.h>
#include <unistd.h>

#include <troupe/troupe.h>

static void tell(tr_event *ev)
{
    tr_http_response answer;
    const char *key = tr_event_idempotency_key(ev);
    const char *const headers[] = {ui_format("Idempotency-Key: %s", key),
                                   ui_format("From: %d", (int)getpid()), NULL};
    int result = tr_http(
        ev, &(tr_http_request){.url = getenv("ONCE_URL"), .method = "POST", .headers = headers},
        &answer);
    ui_set_text(ev, "told", result == 0 && answer.status == 200 ? key : answer.error);
}

TR_ASYNC(once_async)
{
    tell(ev);
}

TR_SYNC(once_sync)
{
    tell(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_row(UI(ui_button("Async", .on_click = once_async),
                           ui_button("Sync", .on_click = once_sync))));
    ui_add(page, ui_text("", .key = "told", .tooltip = "Told"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Once", .build = build});
}
