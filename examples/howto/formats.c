// A sum and a time as the person writes them: the browser tells the language, the person the time zone, once.

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <troupe/troupe.h>

struct formats {
    char mark;   // between whole and parts
    int minutes; // east of UTC
};
TR_LAYOUT(struct formats, mark, minutes);

static void show(tr_event *ev)
{
    const struct formats *formats = tr_state(ev);
    time_t there = time(NULL) + formats->minutes * 60;
    struct tm clock;
    gmtime_r(&there, &clock);
    ui_set_textf(ev, "sum", "1234%c50", formats->mark);
    ui_set_textf(ev, "time", "%02d:%02d", clock.tm_hour, clock.tm_min);
}

// "de-DE", "en-GB" …: the first letters say how numbers are written.
static char mark_of(const char *language)
{
    static const char *const with_comma[] = {"de", "es", "fr", "it", "nl",
                                             "pl", "pt", "ru", "sv", NULL};
    for (int i = 0; language != NULL && with_comma[i] != NULL; i++)
        if (strncmp(language, with_comma[i], 2) == 0)
            return ',';
    return '.';
}

TR_ASYNC(formats_find)
{
    const ui_device_info_data *device = NULL;
    const ui_any *kept = NULL;
    bool is_told = ui_page_get_device_info(ev, &device) == 0 && device != NULL;
    struct formats *formats = tr_state(ev);
    formats->mark = mark_of(is_told ? device->language : NULL);
    if (ui_shared_preferences_get(ev, &kept, "example.zone") == 0 && kept != NULL &&
        kept->kind == UI_ANY_TEXT) {
        formats->minutes = atoi(kept->text);
        ui_set_string(ev, "zone", "value", kept->text);
    }
    show(ev);
}

TR_ASYNC(zone_choose)
{
    struct formats *formats = tr_state(ev);
    const char *minutes = tr_event_text(ev, "0");
    formats->minutes = atoi(minutes);
    (void)ui_shared_preferences_set(ev, NULL, "example.zone", .value = minutes);
    show(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "sum"));
    ui_add(page, ui_text("", .key = "time"));
    ui_add(page,
           ui_dropdown(.key = "zone", .label = "Time zone", .value = "0", .on_select = zone_choose,
                       .options = UI_LIST(ui_dropdown_option("0", "UTC"),
                                          ui_dropdown_option("60", "UTC + 1"),
                                          ui_dropdown_option("-300", "UTC - 5"))));
    ui_on(page, NULL, "locale_change", formats_find);
    tr_start(page, formats_find);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Formats", .build = build, TR_STATE(struct formats)});
}
