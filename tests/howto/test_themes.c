// The snippets of docs/howto/themes.md, compiled and run.

#include <check.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

// --- snippet theme
static void dress(tr_page *page)
{
    ui_set_value(page, NULL, "theme",
                 ui_theme(.color_scheme_seed = "teal", .font_family = "Display"));
    ui_set_value(page, NULL, "dark_theme", ui_theme(.color_scheme_seed = "indigo"));
    ui_set_pairs(page, NULL, "fonts", UI_TEXTS("Display", "fonts/display.woff2"));
}
// --- end

// --- snippet dark
TR_ASYNC(dark_switch)
{
    ui_set(ev, NULL,
           ui_page_props(.theme_mode =
                             tr_event_boolean(ev, 0) ? UI_THEME_MODE_DARK : UI_THEME_MODE_LIGHT));
}

static ui_control *dark_control(tr_page *page)
{
    return ui_switch(.label = "Dark", .value = tr_page_is_dark(page), .on_change = dark_switch);
}
// --- end

// --- snippet container
static ui_control *sidebar(void)
{
    return ui_container(ui_column(UI(ui_text("Always dark"), ui_filled_button("Go"))),
                        .theme_mode = UI_THEME_MODE_DARK, .bgcolor = "surface",
                        .padding = ui_padding(16));
}

static ui_control *warning(const char *text)
{
    return ui_container(ui_text(text), .theme = ui_theme(.color_scheme_seed = "deeporange"),
                        .bgcolor = "primarycontainer", .padding = ui_padding(16));
}
// --- end

// --- snippet details
static ui_control *inbox(void)
{
    return ui_row(UI(ui_icon_button("mail", .tooltip = "Inbox", .badge = "3"),
                     ui_icon_button("chat", .badge_control = ui_badge(.bgcolor = "primary"),
                                    .tooltip_value = ui_tooltip("Chat", .prefer_below = false))));
}
// --- end

// --- snippet animation
TR_ASYNC(card_toggle)
{
    bool is_open = ui_get_number(ev, "card", "opacity", 1) != 0;
    ui_set_number(ev, "card", "opacity", is_open ? 0 : 1);
    ui_set_value(ev, "card", "offset",
                 is_open ? ui_offset(.x = 0, .y = 0.5) : ui_offset(.x = 0, .y = 0));
}

static ui_control *card(void)
{
    return ui_container(
        ui_text("Here and gone"), .key = "card",
        .animate_opacity = ui_animation(.duration = 300, .curve = UI_ANIMATION_CURVE_EASE_OUT),
        .animate_offset = ui_animation(.duration = 300, .curve = UI_ANIMATION_CURVE_EASE_OUT));
}
// --- end

// --- snippet locale
static void in_arabic(tr_page *page)
{
    ui_set_bool(page, NULL, "rtl", true);
    ui_set_value(page, NULL, "locale_configuration",
                 ui_locale_configuration(.current_locale = ui_locale(.language_code = "ar")));
}
// --- end

TR_ASYNC(howto_say)
{
    char fonts[8], mode[8];
    ui_get_text(ev, NULL, "theme_mode", mode, sizeof mode);
    int has_fonts = ui_get_text(ev, NULL, "fonts", fonts, sizeof fonts);
    bool is_rtl = ui_get_bool(ev, NULL, "rtl", false);
    int gone = ui_set_value(ev, NULL, "theme", NULL) | ui_set_pairs(ev, NULL, "fonts", NULL);
    int wrong = ui_set_value(ev, NULL, "title", ui_theme(.color_scheme_seed = "red"));
    ui_set_textf(ev, "said", "%s %d %d %d %d", mode, has_fonts, is_rtl, gone, wrong);
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_button("say", .on_click = howto_say));
    dress(page);
    in_arabic(page);
    ui_add(page, dark_control(page));
    ui_add(page, sidebar());
    ui_add(page, warning("Careful"));
    ui_add(page, inbox());
    ui_add(page, card());
    ui_add(page, ui_button("toggle", .on_click = card_toggle));
}

static const tr_app app = {.name = "Themes", .build = build};

START_TEST(the_snippets_do_what_the_page_says)
{
    tr_test_page *page = tr_test_open(&app, &(tr_test_options){.is_dark = true});
    tr_test_expect_property(page, "value", "true", .type = "switch");
    tr_test_click(page, .type = "switch");
    tr_test_click(page, .text = "say");
    tr_test_expect(page, .key = "said", .text = "light 0 1 0 -13");
    tr_test_click(page, .text = "toggle");
    tr_test_expect_property(page, "opacity", "0", .key = "card");
    tr_test_click(page, .text = "toggle");
    tr_test_close(&page);
}
END_TEST

Suite *howto_themes_suite(void);
Suite *howto_themes_suite(void)
{
    Suite *suite = suite_create("howto/themes");
    TCase *tests = tcase_create("themes");
    tcase_add_test(tests, the_snippets_do_what_the_page_says);
    suite_add_tcase(suite, tests);
    return suite;
}
