// A log that grows by itself: fifty thousand lines at first, of which the page has those in sight.

#include <troupe/troupe.h>

struct log {
    unsigned count;
};
TR_LAYOUT(struct log, count);

// A line is about itself, not about its place: the newest comes first, so places change.
static ui_control *line(tr_event *ev, uint32_t index)
{
    struct log *log = tr_state(ev);
    unsigned number = log->count - index;
    return ui_list_tile(ui_format("Line %u", number), .key = ui_format("line-%u", number),
                        .dense = true);
}

TR_ASYNC(build_lines)
{
    tr_rows_build(ev, line);
}

TR_ASYNC(grow)
{
    struct log *log = tr_state(ev);
    log->count++;
    tr_rows_inserted(ev, "lines", 0, 1);
    ui_set_textf(ev, "count", "%u lines", log->count);
}

TR_ASYNC(show_middle)
{
    struct log *log = tr_state(ev);
    (void)ui_scroll_to(ev, .key = "lines", .offset = log->count / 2 * 48.0);
}

static void build(tr_page *page)
{
    struct log *log = tr_state(page);
    log->count = 50000;
    ui_add(page, ui_row(UI(ui_text("50000 lines", .key = "count"),
                           ui_button("To the middle", .key = "middle", .on_click = show_middle))));
    ui_add(page, ui_list_view(.key = "lines", .expand = 1, .row_count = 50000, .row_height = 48,
                              .on_rows = build_lines));
    tr_every(page, 1000, grow);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Log", .build = build, TR_STATE(struct log)});
}
