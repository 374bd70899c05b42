#include "gallery.h"

GROUP(2, display, "Text, pictures, feedback",
    "What is looked at: text, icons, images, badges, progress.");

DEMO(text, "Text",
    "Text in one style, or in the styles of its spans.",
    TEXT("value", "The quick brown fox"), NUMBER("size", 24, 8, 64),
    COLOR("color"),
    CHOICE("weight", "normal", "bold", "w100", "w900"),
    FLAG("italic", false),
    CHOICE("text_align", "left", "center", "right"))
{
    return ui_text(
        "The quick brown fox", .size = 24, .selectable = true);
}

DEMO_INSIDE(text_span, "TextSpan",
    "A part of a text with a style, a link or a handler of its own.",
    TEXT("text", "brown"), CHOICE("url", "https://example.org"))
{
    return ui_text("The quick ",
        .spans = UI_LIST(
            tuned(ev,
                ui_text_span("brown", .on_click = show_event,
                    .style =
                        ui_text_style(.weight = UI_FONT_WEIGHT_BOLD,
                            .color = "primary"))),
            ui_text_span(
                " fox", .style = ui_text_style(
                                .decoration =
                                    UI_TEXT_DECORATION_UNDERLINE))));
}

DEMO(markdown, "Markdown",
    "Text as its author typed it: headings, lists, tables, code.",
    FLAG("selectable", false),
    CHOICE("extension_set", "none", "commonMark", "gitHubWeb",
        "gitHubFlavored"),
    CHOICE("code_theme", "github", "monokai", "dracula"))
{
    return ui_markdown(
        "## Shopping\n\n"
        "- *Milk*\n- **Bread**\n\n"
        "| what | how much |\n| --- | --- |\n| Salt | 1 |\n\n"
        "[A link](https://example.org), and $a^2 + b^2 = c^2$",
        .extension_set = UI_MARKDOWN_EXTENSION_SET_GITHUB_WEB,
        .on_tap_link = show_event);
}

DEMO(icon, "Icon",
    "One of the icons of Material, or of Cupertino with “cupertino:” "
    "before its name.",
    CHOICE("icon", "pets", "bolt", "cupertino:alarm"), COLOR("color"),
    NUMBER("size", 48, 12, 128))
{
    return ui_icon("pets", .size = 48, .semantics_label = "A paw");
}

DEMO(image, "Image",
    "A picture from an address, from the app's assets or from bytes.",
    NUMBER("width", 120, 20, 240), NUMBER("height", 80, 20, 240),
    CHOICE("fit", "none", "contain", "cover", "fill"),
    NUMBER("opacity", 1, 0, 1))
{
    static const char drawing[] =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 40'>"
        "<rect width='60' height='40' fill='#90caf9'/>"
        "<circle cx='46' cy='11' r='6' fill='#ffeb3b'/>"
        "<path d='M0 40 20 14l14 18 8-8 18 16z' "
        "fill='#388e3c'/></svg>";
    return ui_image(.src_bytes =
                        ui_bytes(drawing, sizeof drawing - 1),
        .width = 120, .height = 80, .fit = UI_BOX_FIT_COVER,
        .border_radius = ui_radius(8),
        .semantics_label = "A hill under the sun");
}

DEMO(raw_image, "RawImage",
    "Pictures that the server paints and sends as pixels, one after "
    "the other.",
    CHOICE("fit", "none", "contain", "cover"),
    NUMBER("width", 160, 40, 320))
{
    return ui_raw_image(.width = 160, .height = 90,
        .fit = UI_BOX_FIT_CONTAIN,
        .on_data_channel_open = show_event);
}

DEMO(circle_avatar, "CircleAvatar",
    "A person as a picture or initials.", TEXT("content", "AL"),
    NUMBER("radius", 28, 12, 64), COLOR("bgcolor"), COLOR("color"))
{
    return ui_circle_avatar("AL", .radius = 28, .bgcolor = "tertiary",
        .color = "ontertiary");
}

DEMO_INSIDE(badge, "Badge",
    "A small mark on another control: every control has a place for "
    "one.",
    TEXT("label", "7"), COLOR("bgcolor"), COLOR("text_color"),
    FLAG("label_visible", true), NUMBER("large_size", 16, 8, 32))
{
    return ui_icon_button("mail", .tooltip = "Inbox",
        .on_click = show_event,
        .badge_control = tuned(ev, ui_badge("7")));
}

DEMO(progress_bar, "ProgressBar",
    "How far something is; without a value: that it goes on.",
    NUMBER("value", 0.4, 0, 1), NUMBER("bar_height", 4, 1, 24),
    COLOR("color"), COLOR("bgcolor"))
{
    return ui_progress_bar(
        0.4, .width = 240, .semantics_label = "Copying");
}

DEMO(progress_ring, "ProgressRing", "The same as a ring.",
    NUMBER("value", 0.7, 0, 1), NUMBER("stroke_width", 4, 1, 16),
    COLOR("color"), NUMBER("width", 48, 16, 128))
{
    return ui_progress_ring(
        0.7, .width = 48, .height = 48, .semantics_label = "Loading");
}

DEMO(shader_mask, "ShaderMask", "A gradient laid over its content.",
    CHOICE("blend_mode", "srcIn", "modulate", "overlay", "dstIn"))
{
    return ui_shader_mask(.shader =
                              ui_linear_gradient(.colors = UI_TEXTS(
                                                     "red", "amber",
                                                     "blue"),
                                  .begin = UI_ALIGNMENT_CENTER_LEFT,
                                  .end = UI_ALIGNMENT_CENTER_RIGHT),
        .blend_mode = UI_BLEND_MODE_SRC_IN,
        .content = ui_text("Colourful", .size = 40));
}

DEMO(shimmer, "Shimmer",
    "Light that runs over what is still to come.",
    COLOR("base_color"), COLOR("highlight_color"),
    NUMBER("period", 1500, 300, 5000),
    CHOICE("direction", "ltr", "rtl", "ttb", "btt"))
{
    return ui_shimmer(
        ui_column(UI(ui_container(.width = 200, .height = 16,
                         .bgcolor = "outline"),
            ui_container(.width = 140, .height = 16,
                .bgcolor = "outline"))),
        .base_color = "surfacecontainerhighest",
        .highlight_color = "surface");
}

DEMO(semantics, "Semantics",
    "What a screen reader is told about its content.",
    TEXT("label", "Three of five stars"), FLAG("button", false),
    FLAG("header", false), FLAG("hidden", false))
{
    return ui_semantics(
        ui_row(.tight = true, .spacing = 0,
            UI(ui_icon("star"), ui_icon("star"), ui_icon("star"),
                ui_icon("star_border"), ui_icon("star_border"))),
        .label = "Three of five stars", .on_tap = show_event);
}

DEMO(merge_semantics, "MergeSemantics",
    "Makes one thing of several for a screen reader.", NO_KNOBS)
{
    return ui_merge_semantics(
        ui_row(UI(ui_icon("wifi"), ui_text("Connected"))));
}
