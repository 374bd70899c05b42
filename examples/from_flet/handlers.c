#include <time.h>
#include <troupe/troupe.h>

TR_SYNC(handler)
{
    nanosleep(&(struct timespec){.tv_sec = 3}, NULL);
    ui_add(ev, ui_text("Handler clicked"));
}

TR_ASYNC(handler_async)
{
    if (tr_sleep(ev, 3000) == 0)
        ui_add(ev, ui_text("Async handler clicked"));
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("Call handler", .on_click = handler));
    ui_add(page, ui_button("Call async handler", .on_click = handler_async));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Handlers", .build = build});
}
