// Two ways to wait three seconds: a sync handler blocks a thread of its own, an async one gives its
// thread back meanwhile. The page, and every other page, answers while either waits.

#include <time.h>
#include <troupe/troupe.h>

struct handlers {
    int clicks;
};
TR_LAYOUT(struct handlers, clicks);

TR_SYNC(handler)
{
    nanosleep(&(struct timespec){.tv_sec = 3}, NULL);
    ui_add(ev, ui_text("Handler clicked"));
}

TR_ASYNC(async_handler)
{
    if (tr_sleep(ev, 3000) == 0)
        ui_add(ev, ui_text("Async handler clicked"));
}

TR_ASYNC(count_click)
{
    struct handlers *state = tr_state(ev);
    ui_set_textf(ev, "clicks", "Clicked %d times meanwhile", ++state->clicks);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("Each of the first two answers after three seconds. "
                         "The page never waits for either: try the third."));
    ui_add(page,
           ui_row(.wrap = true,
                  UI(ui_button("Call handler", .key = "sync", .on_click = handler),
                     ui_button("Call async handler", .key = "async", .on_click = async_handler),
                     ui_outlined_button("Click me meanwhile", .key = "click",
                                        .on_click = count_click))));
    ui_add(page, ui_text("Clicked 0 times meanwhile", .key = "clicks"));
    ui_add(page, ui_divider());
}

const tr_app handlers_app = {.name = "Handlers", .build = build, TR_STATE(struct handlers)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &handlers_app);
}
