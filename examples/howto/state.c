// A draft that survives a reload, a lost connection and a new version of this program.

#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

// Version 1 was plain: struct { char title[40]; }. Now the text may have any length.
struct draft {
    char *title;
    int saves;
};

static void save(const void *state, tr_saver *out)
{
    const struct draft *draft = state;
    tr_save_text(out, draft->title);
    tr_save_integer(out, draft->saves);
}

static int load(void *state, tr_loader *in)
{
    struct draft *draft = state;
    size_t size;
    const char *title = tr_load_text(in, &size);
    draft->title = title != NULL ? strndup(title, size) : NULL;
    draft->saves = (int)tr_load_integer(in);
    return 0;
}

static int from_version_1(void *state, uint32_t version, tr_loader *in)
{
    struct draft *draft = state;
    size_t size;
    const char *title = tr_load_bytes(in, &size); // of the struct as it was
    if (version != 1 || title == NULL || size != 40)
        return TR_EINVALID;
    draft->title = strndup(title, size);
    return 0;
}

static void done(void *state)
{
    free(((struct draft *)state)->title);
}

TR_ASYNC(keep_title)
{
    struct draft *draft = tr_state(ev);
    free(draft->title);
    draft->title = strdup(tr_event_text(ev, ""));
    ui_set_textf(ev, "shown", "%s, saved %d times", draft->title, ++draft->saves);
}

TR_ASYNC(keep_tab)
{
    // Small things need no struct.
    tr_session_set_text(ev, "tab", tr_event_text(ev, "text"));
}

// Ends with its page, and when that moves to another process.
TR_ASYNC(watch_clock)
{
    while (tr_sleep(ev, 1000) == 0)
        ui_set_number(ev, "age", "value", ui_get_number(ev, "age", "value", 0) + 0.01);
}

TR_ASYNC(moved)
{
    if (strstr(tr_event_text(ev, ""), "watch_clock") != NULL)
        tr_start(ev, watch_clock);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Title", .key = "title", .on_change = keep_title));
    ui_add(page, ui_radio_group(ui_row(UI(ui_radio(.value = "text", .label = "Text"),
                                          ui_radio(.value = "notes", .label = "Notes"))),
                                .value = "text", .on_change = keep_tab));
    ui_add(page, ui_text("", .key = "shown"));
    ui_add(page, ui_progress_bar(.key = "age", .value = 0));
    tr_start(page, watch_clock);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Draft",
                            .build = build,
                            .on_move = moved,
                            TR_STATE_SAVED(struct draft, save, load, .version = 2,
                                           .migrate = from_version_1, .done = done)});
}
