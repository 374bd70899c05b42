// Who looks at this page, as a row of names that comes and goes.

#include <string.h>
#include <troupe/actors.h>
#include <troupe/troupe.h>

#define TOPIC "readers"

// What a page says of itself: a number that is its own, and a name.
struct reader {
    unsigned number;
    char name[32];
};

static void add(tr_event *ev, const struct reader *reader)
{
    ui_add_to(ev, "readers",
              ui_chip(.label = reader->name, .key = ui_format("reader-%u", reader->number)));
}

static void add_present(void *arg, const char *who, const void *meta, size_t size)
{
    (void)who;
    if (size == sizeof(struct reader))
        add(arg, meta);
}

TR_ASYNC(watch)
{
    size_t size;
    const struct reader *reader = tr_event_payload(ev, &size);
    const char *what = tr_event_name(ev);
    if (strcmp(what, "reset") == 0) { // we were too slow for all that happened
        ui_clear(ev, "readers");
        (void)tr_presence_list(ev, TOPIC, add_present, ev);
        return;
    }
    if (reader == NULL || size != sizeof *reader)
        return;
    if (strcmp(what, "join") == 0)
        add(ev, reader);
    else
        ui_remove(ev, ui_format("reader-%u", reader->number));
}

TR_ASYNC(sign)
{
    struct reader *own = tr_state(ev);
    ui_get_text(ev, "name", "value", own->name, sizeof own->name);
    if (own->number != 0)
        tr_presence_leave(ev, TOPIC);
    own->number = (unsigned)tr_core_random(tr_core_current());
    tr_presence_join(ev, TOPIC, own, sizeof *own);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Your name", .key = "name", .on_submit = sign));
    ui_add(page, ui_row(.key = "readers", .wrap = true));
    tr_presence_watch(page, TOPIC, watch);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Readers", .build = build, TR_STATE(struct reader)});
}
