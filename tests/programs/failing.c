// A page whose handlers fail, for tests of what the person sees. SHOWS=page: the crash page instead
// of a notice. "/broken" cannot be built.

#include <stdlib.h>
#include <troupe/troupe.h>

TR_ASYNC(count_up)
{
    int *count = tr_state(ev);
    if (count != NULL)
        ui_set_textf(ev, "count", "%d", ++*count);
}

TR_SYNC(save)
{
    tr_fail(ev, "cannot save the note: the disk is full");
}

TR_ASYNC(open_broken)
{
    tr_push_route(ev, "/broken");
}

static ui_control *home(tr_event *ev)
{
    (void)ev;
    return ui_view(.appbar = ui_app_bar(.title = "Notes"),
                   UI(ui_text("0", .key = "count"),
                      ui_row(.wrap = true,
                             UI(ui_filled_button("Count", .key = "up", .on_click = count_up),
                                ui_outlined_button("Save", .key = "save", .on_click = save),
                                ui_text_button("Broken", .key = "broken",
                                               .on_click = open_broken)))));
}

static ui_control *broken(tr_event *ev)
{
    tr_fail(ev, "the notes of 2025 cannot be read");
    return NULL;
}

int main(int argc, char **argv)
{
    tr_app app = {.name = "Failing",
                  TR_STATE(int),
                  .failures = getenv("SHOWS") != NULL ? TR_FAILURES_PAGE : TR_FAILURES_NOTICE,
                  TR_ROUTES(TR_ROUTE("/", home), TR_ROUTE("/broken", broken))};
    return tr_run(argc, argv, &app);
}
