#include "gallery.h"

GROUP(1, buttons, "Buttons",
    "What is pressed to do something, and menus.");

DEMO(button, "Button",
    "An elevated button: stands out where the ground is busy.",
    TEXT("content", "Add to cart"), COLOR("bgcolor"), COLOR("color"),
    NUMBER("elevation", 1, 0, 12), FLAG("disabled", false))
{
    return ui_button("Add to cart", .icon = "shopping_cart",
        .on_click = show_event, .on_focus = show_event,
        .on_blur = show_event);
}

DEMO(filled_button, "FilledButton",
    "The most important action of a page.", TEXT("content", "Save"),
    CHOICE("icon", "save", "add", "delete"), COLOR("bgcolor"),
    COLOR("color"), NUMBER("elevation", 0, 0, 12),
    FLAG("disabled", false))
{
    return ui_filled_button("Save", .icon = "save",
        .on_click = show_event, .on_long_press = show_event,
        .on_hover = show_event);
}

DEMO(filled_tonal_button, "FilledTonalButton",
    "Between filled and outlined: important, but not the one thing "
    "to do.",
    TEXT("content", "Reply"),
    CHOICE("icon", "reply", "send", "archive"), COLOR("bgcolor"),
    FLAG("disabled", false))
{
    return ui_filled_tonal_button(
        "Reply", .icon = "reply", .on_click = show_event);
}

DEMO_INSIDE(outlined_button, "OutlinedButton",
    "An action beside a more important one.",
    TEXT("content", "Cancel"),
    CHOICE("icon", "close", "undo", "info"), COLOR("icon_color"),
    FLAG("disabled", false))
{
    return ui_row(.wrap = true,
        UI(tuned(ev,
               ui_outlined_button("Cancel", .on_click = show_event)),
            ui_outlined_button("Rounded less", .on_click = show_event,
                .style = ui_button_style(
                        .shape = ui_rounded_rectangle_border(
                                .radius = ui_radius(8)),
                    .side = ui_border_side(2, "primary")))));
}

DEMO(text_button, "TextButton",
    "The quietest action, for dialogs and cards.",
    TEXT("content", "Read more"),
    CHOICE("icon", "open_in_new", "expand_more", "help"),
    COLOR("icon_color"), FLAG("disabled", false))
{
    return ui_text_button("Read more", .on_click = show_event);
}

DEMO(icon_button, "IconButton",
    "A button that is an icon; its tooltip is its name.",
    CHOICE("icon", "favorite", "share", "cupertino:heart"),
    COLOR("icon_color"), NUMBER("icon_size", 24, 16, 64),
    FLAG("selected", false), FLAG("disabled", false))
{
    return ui_icon_button("favorite_border",
        .selected_icon = "favorite", .tooltip = "Like",
        .on_click = show_event);
}

DEMO(filled_icon_button, "FilledIconButton",
    "An icon button that stands out.",
    CHOICE("icon", "mic", "videocam", "call"), COLOR("bgcolor"),
    FLAG("disabled", false))
{
    return ui_filled_icon_button(
        "mic", .tooltip = "Speak", .on_click = show_event);
}

DEMO(filled_tonal_icon_button, "FilledTonalIconButton",
    "An icon button that stands out a little.",
    CHOICE("icon", "attach_file", "image", "mood"), COLOR("bgcolor"),
    FLAG("disabled", false))
{
    return ui_filled_tonal_icon_button("attach_file",
        .tooltip = "Attach a file", .on_click = show_event);
}

DEMO(outlined_icon_button, "OutlinedIconButton",
    "An icon button with a border.",
    CHOICE("icon", "edit", "tune", "sort"), COLOR("icon_color"),
    FLAG("disabled", false))
{
    return ui_outlined_icon_button(
        "edit", .tooltip = "Edit", .on_click = show_event);
}

DEMO(floating_action_button, "FloatingActionButton",
    "The action of a whole view. A view has a place for it: "
    ".floating_action_button.",
    CHOICE("icon", "add", "edit", "navigation"), COLOR("bgcolor"),
    COLOR("foreground_color"), FLAG("mini", false),
    FLAG("disabled", false))
{
    return ui_floating_action_button(.icon = "add",
        .tooltip = "New message", .on_click = show_event);
}

DEMO(popup_menu_button, "PopupMenuButton",
    "A button that opens a menu.",
    CHOICE("icon", "more_vert", "menu", "settings"),
    COLOR("icon_color"), CHOICE("menu_position", "over", "under"),
    FLAG("disabled", false))
{
    return ui_popup_menu_button(.icon = "more_vert",
        .tooltip = "More", .on_open = show_event,
        .on_cancel = show_event,
        .items = UI_LIST(ui_popup_menu_item("Rename", .icon = "edit",
                             .on_click = show_event),
            ui_popup_menu_item(),
            ui_popup_menu_item(
                "Delete", .icon = "delete", .on_click = show_event)));
}

DEMO_INSIDE(popup_menu_item, "PopupMenuItem",
    "A line of a menu; one without content is a divider.",
    TEXT("content", "Show hidden files"),
    CHOICE("icon", "visibility", "check"), FLAG("checked", true),
    FLAG("disabled", false))
{
    return ui_popup_menu_button(.tooltip = "View",
        .items = UI_LIST(
            tuned(ev, ui_popup_menu_item("Show hidden files",
                          .checked = true, .on_click = show_event)),
            ui_popup_menu_item(
                "Sort by name", .on_click = show_event)));
}

DEMO(menu_bar, "MenuBar",
    "Menus side by side, as on top of a desktop window.",
    CHOICE("clip_behavior", "none", "hardEdge", "antiAlias"))
{
    return ui_menu_bar(
        UI(ui_submenu_button("File",
               UI(ui_menu_item_button("New", .on_click = show_event),
                   ui_menu_item_button(
                       "Open …", .on_click = show_event))),
            ui_submenu_button("Edit", UI(ui_menu_item_button("Undo",
                                          .on_click = show_event)))));
}

DEMO_INSIDE(menu_item_button, "MenuItemButton",
    "A line of a MenuBar's menu.", TEXT("content", "Save"),
    FLAG("close_on_click", true), FLAG("disabled", false))
{
    return ui_menu_bar(UI(ui_submenu_button("File",
        UI(tuned(ev,
            ui_menu_item_button("Save", .leading = ui_icon("save"),
                .on_click = show_event, .on_hover = show_event))))));
}

DEMO_INSIDE(submenu_button, "SubmenuButton",
    "A line of a menu that opens another menu.",
    TEXT("content", "Export"), FLAG("disabled", false))
{
    return ui_menu_bar(UI(ui_submenu_button("File",
        UI(tuned(
            ev, ui_submenu_button("Export", .on_open = show_event,
                    .on_close = show_event,
                    UI(ui_menu_item_button(
                           "As PDF", .on_click = show_event),
                        ui_menu_item_button(
                            "As text", .on_click = show_event))))))));
}

DEMO(context_menu, "ContextMenu",
    "A menu where the secondary button is pressed.",
    CHOICE("primary_trigger", "down", "longPress"),
    CHOICE("secondary_trigger", "down", "longPress"))
{
    return ui_context_menu(
        ui_container(ui_text("Press the right button here"),
            .padding = ui_padding(24), .bgcolor = "surfacecontainer"),
        .items = UI_LIST(
            ui_popup_menu_item("Copy", .on_click = show_event),
            ui_popup_menu_item("Paste", .on_click = show_event)),
        .on_select = show_event, .on_dismiss = show_event);
}
