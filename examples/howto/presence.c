// The people at this page, as a row of names that come and go.

#include <troupe/actors.h>
#include <troupe/troupe.h>

#define TOPIC "readers"

enum { SHOWN = 50 };

// The presence of a page: a number that is its own, and a name.
struct reader {
    unsigned number;
    char name[32];
};

struct present {
    ui_control *chips[SHOWN + 1];
    unsigned count;
};

static void add(void *arg, const char *who, const void *meta, size_t size)
{
    (void)who;
    struct present *present = arg;
    const struct reader *reader = meta;
    if (size == sizeof *reader && present->count < SHOWN)
        present->chips[present->count++] =
            ui_chip(.label = reader->name, .key = ui_format("reader-%u", reader->number));
}

// Somebody came or went: the row becomes what the list is now. Somebody who stays keeps their
// control, by its key.
TR_ASYNC(watch)
{
    struct present present = {.count = 0};
    int count = tr_presence_list(ev, TOPIC, add, &present);
    if (count < 0)
        return; // the page goes away
    present.chips[present.count] = UI_END;
    ui_set_children(ev, "readers", present.chips);
    ui_set_textf(ev, "count", count == 1 ? "One reader" : "%d readers", count);
}

TR_ASYNC(sign)
{
    struct reader reader = {.number = (unsigned)tr_core_random(tr_core_current())};
    ui_get_text(ev, "name", "value", reader.name, sizeof reader.name);
    tr_presence_join(ev, TOPIC, &reader, sizeof reader);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Your name", .key = "name", .on_submit = sign));
    ui_add(page, ui_text("Nobody yet", .key = "count"));
    ui_add(page, ui_row(.key = "readers", .wrap = true));
    tr_presence_watch(page, TOPIC, watch);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Readers", .build = build});
}
