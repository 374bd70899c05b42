// The views: all groups with a search, one group, one control.

#include "gallery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double WIDE = 1000; // pixels

// -- going about --

TR_ASYNC(go)
{
    const char *address = tr_payload_text(ev);
    if (address != NULL)
        (void)tr_push_route(ev, address);
}

TR_ASYNC(search)
{
    struct gallery *gallery = tr_state(ev);
    copy_text(gallery->search, sizeof gallery->search,
        tr_event_text(ev, ""));
}

TR_ASYNC(switch_theme)
{
    ui_set_string(ev, NULL, "theme_mode",
        tr_page_is_dark(ev) ? "light" : "dark");
}

// The view is built again after every handler: that is all that is
// wanted.
TR_ASYNC(resized)
{
}

static ui_control *app_bar(tr_event *ev, const char *title)
{
    ui_on(ev, NULL, "resize", resized);
    bool is_dark = tr_page_is_dark(ev);
    return ui_app_bar(.title = title,
        .actions = UI_LIST(
            ui_icon_button(is_dark ? "light_mode" : "dark_mode",
                .tooltip = is_dark ? "Light" : "Dark",
                .on_click = switch_theme)));
}

// A name is one word: a long one is smaller, so that a phone need not
// break it.
static ui_control *heading(const char *text)
{
    size_t length = strlen(text);
    return ui_text(text,
        .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_SMALL,
        .size = length > 28   ? 18
                : length > 22 ? 20
                              : 24);
}

// A control may be in two views at once: what was found, and its group.
static ui_control *demo_tile(
    const char *place, const struct demo *demo)
{
    char path[TEXT_BYTES];
    demo_path(demo, path);
    return ui_list_tile(.key = ui_format("%s:%s", place, path),
        .title = demo->class, .subtitle = demo->about,
        .on_click = UI_CALL(go, path));
}

// -- all groups --

static bool is_found(const struct demo *demo, const char *wanted)
{
    return strcasestr(demo->class, wanted) != NULL ||
           strcasestr(demo->id, wanted) != NULL ||
           strcasestr(demo->about, wanted) != NULL;
}

static ui_control *found(const char *wanted)
{
    ui_control *tiles[DEMO_CAP + 1];
    unsigned count = 0;
    const struct demo *demo;
    for (unsigned i = 0;
         (demo = demo_at(i)) != NULL && count < DEMO_CAP; i++)
        if (is_found(demo, wanted))
            tiles[count++] = demo_tile("found", demo);
    if (count == 0)
        tiles[count++] =
            ui_text(ui_format("Nothing is called “%s”.", wanted),
                .key = "nothing");
    tiles[count] = UI_END;
    return ui_column(.key = "found", .spacing = 0, .controls = tiles);
}

static unsigned count_of(const struct group *group)
{
    unsigned count = 0;
    const struct demo *demo;
    for (unsigned i = 0; (demo = demo_at(i)) != NULL; i++)
        count += demo->group == group;
    return count;
}

static ui_control *groups(void)
{
    ui_control *cards[DEMO_CAP + 1];
    unsigned count = 0;
    const struct group *group;
    for (; (group = group_at(count)) != NULL && count < DEMO_CAP;
         count++)
        cards[count] = ui_card(
            ui_list_tile(.key = ui_format("group:/%s", group->path),
                .title = group->title, .subtitle = group->about,
                .trailing_control =
                    ui_text(ui_format("%u", count_of(group))),
                .on_click =
                    UI_CALL(go, ui_format("/%s", group->path))),
            .col_sizes = ui_breakpoints(.xs = 12, .sm = 6, .lg = 4));
    cards[count] = UI_END;
    return ui_responsive_row(.key = "groups", .controls = cards);
}

ui_control *home_view(tr_event *ev)
{
    const struct gallery *gallery = tr_state(ev);
    const char *wanted = gallery->search;
    ui_set(ev, NULL, ui_page_props(.title = "Gallery"));
    return ui_view(.scroll = UI_SCROLL_MODE_AUTO,
        .padding = ui_padding(16), .spacing = 16,
        .appbar = app_bar(ev, "Gallery"),
        UI(ui_text_field("Search", .key = "search",
               .prefix_icon = "search",
               .hint_text = "A control, or what it does",
               .on_change = search),
            *wanted != '\0' ? found(wanted) : groups()));
}

// -- one group --

static ui_control *nothing_here(tr_event *ev)
{
    return ui_view(.appbar = app_bar(ev, "No such page"),
        UI(ui_text("There is no page with this address."),
            ui_text_button("All controls", .key = "home:/",
                .on_click = UI_CALL(go, "/"))));
}

ui_control *group_view(tr_event *ev)
{
    char path[TEXT_BYTES];
    tr_route_param(ev, "group", path, sizeof path);
    const struct group *group = group_find(path);
    if (group == NULL)
        return nothing_here(ev);
    ui_control *tiles[DEMO_CAP + 1];
    unsigned count = 0;
    const struct demo *demo;
    for (unsigned i = 0;
         (demo = demo_at(i)) != NULL && count < DEMO_CAP; i++)
        if (demo->group == group)
            tiles[count++] = demo_tile("open", demo);
    tiles[count] = UI_END;
    ui_set(ev, NULL, ui_page_props(.title = group->title));
    return ui_view(.scroll = UI_SCROLL_MODE_AUTO,
        .padding = ui_padding(0), .appbar = app_bar(ev, group->title),
        UI(ui_container(
               ui_text(group->about), .padding = ui_padding(16)),
            ui_column(.spacing = 0, .controls = tiles)));
}

// -- one control --

TR_ASYNC(copy_code)
{
    const struct gallery *gallery = tr_state(ev);
    const struct demo *demo = demo_opened(gallery);
    if (demo == NULL)
        return;
    char *code = demo_code(demo);
    int result = ui_clipboard_set(ev, code);
    free(code);
    if (result == 0)
        tr_snack(ev, "Copied");
    else
        tr_snack(ev, "Not copied: %s", tr_err_text(result));
}

static ui_control *code_panel(const struct demo *demo)
{
    char *code = demo_code(demo);
    ui_control *panel = ui_column(.spacing = 12,
        .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
        UI(ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_SPACE_BETWEEN,
               UI(ui_text("Code",
                      .theme_style = UI_TEXT_THEME_STYLE_TITLE_LARGE),
                   ui_icon_button("content_copy",
                       .tooltip = "Copy the code",
                       .on_click = copy_code))),
            ui_container(ui_text(code, .key = "code",
                             .font_family = "monospace", .size = 12,
                             .selectable = true),
                .padding = ui_padding(16),
                .bgcolor = "surfacecontainer",
                .border_radius = ui_radius(12))));
    free(code);
    return panel;
}

static ui_control *stage(ui_control *shown)
{
    return ui_container(shown, .key = "stage",
        .padding = ui_padding(24), .alignment = ui_alignment(-1, 0),
        .border = ui_border_all(1, "outlinevariant"),
        .border_radius = ui_radius(12));
}

static ui_control *content(tr_event *ev,
    const struct gallery *gallery, const struct demo *demo)
{
    ui_control *shown = demo->build(ev);
    if (!demo->tunes_itself)
        shown = tuned(ev, shown);
    ui_control *play = ui_column(.spacing = 24,
        .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
        .col_sizes = ui_breakpoints(.xs = 12, .lg = 5),
        UI(stage(shown), knobs_panel(gallery, demo),
            events_panel(gallery)));
    return ui_column(.spacing = 16,
        .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
        UI(heading(demo->class), ui_text(demo->about),
            ui_responsive_row(.spacing = 24, .run_spacing = 24,
                UI(play, ui_container(code_panel(demo),
                             .col_sizes = ui_breakpoints(.xs = 12,
                                 .lg = 7))))));
}

// On a wide window: the others of the group.
static ui_control *sidebar(const struct demo *open)
{
    ui_control *tiles[DEMO_CAP + 1];
    unsigned count = 0;
    const struct demo *demo;
    for (unsigned i = 0;
         (demo = demo_at(i)) != NULL && count < DEMO_CAP; i++) {
        char path[TEXT_BYTES];
        demo_path(demo, path);
        if (demo->group == open->group)
            tiles[count++] =
                ui_list_tile(.key = ui_format("side:%s", path),
                    .dense = true,
                    .title_control = ui_text(demo->class, .size = 13),
                    .selected = demo == open,
                    .on_click = UI_CALL(go, path));
    }
    tiles[count] = UI_END;
    return ui_column(.key = "sidebar", .width = 280, .spacing = 0,
        .scroll = UI_SCROLL_MODE_AUTO, .controls = tiles);
}

ui_control *demo_view(tr_event *ev)
{
    char group[TEXT_BYTES];
    char name[TEXT_BYTES];
    tr_route_param(ev, "group", group, sizeof group);
    tr_route_param(ev, "control", name, sizeof name);
    const struct demo *demo = demo_find(group, name);
    struct gallery *gallery = tr_state(ev);
    if (demo == NULL)
        return nothing_here(ev);
    gallery_open(gallery, demo);
    ui_set(ev, NULL, ui_page_props(.title = demo->class));
    if (tr_page_width(ev) < WIDE)
        return ui_view(.scroll = UI_SCROLL_MODE_AUTO,
            .padding = ui_padding(16),
            .appbar = app_bar(ev, demo->group->title),
            UI(content(ev, gallery, demo)));
    return ui_view(.padding = ui_padding(0), .spacing = 0,
        .appbar = app_bar(ev, demo->group->title),
        UI(ui_row(.expand = 1, .spacing = 0,
            .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(sidebar(demo), ui_vertical_divider(.width = 1),
                ui_container(ui_column(.scroll = UI_SCROLL_MODE_AUTO,
                                 UI(content(ev, gallery, demo))),
                    .padding = ui_padding(24), .expand = 1)))));
}
