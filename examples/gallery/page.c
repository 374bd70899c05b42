#include "gallery.h"

GROUP(13, page, "The page itself",
    "What every page has, and what takes the place of Flet's own "
    "classes in C.");

TR_ASYNC(rename_page)
{
    ui_set(ev, NULL, ui_page_props(.title = "Renamed by a handler"));
    say(ev, "look at the tab");
}

DEMO(page, "Page",
    "The page: its properties are set with NULL for a key "
    "(troupe/pages/page.h); what it knows of its browser is in "
    "troupe/pages/page_info.h.",
    NO_KNOBS)
{
    return ui_column(UI(ui_text(ui_format("%.0f × %.0f pixels, %s",
                            tr_page_width(ev), tr_page_height(ev),
                            tr_page_is_dark(ev) ? "dark" : "light")),
        ui_button("Another title", .on_click = rename_page)));
}

DEMO(base_page, "BasePage",
    "What Page and MultiView have in common. A tr_page in C.",
    NO_KNOBS)
{
    return ui_text(
        "Every function of troupe/pages/page.h takes one.");
}

DEMO(multi_view, "MultiView",
    "A page that Flet embeds several times into a website. Troupe's "
    "pages are one session each.",
    NO_KNOBS)
{
    return ui_text("There is no constructor for it.");
}

TR_ASYNC(center_window)
{
    int result = ui_window_center(ev);
    say(ev, "center: %s", result == 0 ? "done" : tr_err_text(result));
}

DEMO(window, "Window",
    "The window of a desktop app; a browser's stays as it is.",
    NO_KNOBS)
{
    return ui_button("Center it", .on_click = center_window);
}

TR_ASYNC(remove_overlay)
{
    (void)ui_remove(ev, "overlay");
}

TR_ASYNC(add_overlay)
{
    (void)tr_add_overlay(ev,
        ui_container(
            ui_row(.tight = true,
                UI(ui_text("Above all"),
                    ui_icon_button("close", .tooltip = "Close",
                        .on_click = remove_overlay))),
            .key = "overlay", .right = 24, .bottom = 24,
            .padding = ui_padding(8), .bgcolor = "tertiarycontainer",
            .border_radius = ui_radius(8)));
}

DEMO(overlay, "Overlay",
    "What lies above all views: tr_add_overlay puts a control there, "
    "ui_remove takes it off.",
    NO_KNOBS)
{
    return ui_button("Put something above", .on_click = add_overlay);
}

TR_ASYNC(ask)
{
    int answer =
        tr_confirm(ev, "Is this a dialog?", .yes = "Yes", .no = "No");
    say(ev, "the answer is %d", answer);
}

DEMO(dialogs, "Dialogs",
    "The stack of dialogs that are open: tr_show_dialog and "
    "tr_close_dialog (troupe/pages/dialog.h).",
    NO_KNOBS)
{
    return ui_button("Ask", .on_click = ask);
}

DEMO(service_registry, "ServiceRegistry",
    "Where services are: the first call of one puts it there, or "
    "ui_add, to hear its events.",
    NO_KNOBS)
{
    return ui_text("See the pages of the services.");
}

static ui_control *stars(int count)
{
    ui_control *all[6];
    for (int i = 0; i < 5; i++)
        all[i] = ui_icon(i < count ? "star" : "star_border");
    all[5] = UI_END;
    return ui_row(.tight = true, .spacing = 0, .controls = all);
}

DEMO(component, "Component",
    "A control made of others. In C that is a function that returns "
    "one.",
    NO_KNOBS)
{
    return ui_column(UI(stars(5), stars(3)));
}

DEMO(flet_app, "FletApp", "Another app, shown within this one.",
    CHOICE("url", "http://127.0.0.1:8001"),
    NUMBER("height", 120, 60, 400))
{
    return ui_flet_app(.url = "", .height = 120,
        .on_error = show_event);
}
