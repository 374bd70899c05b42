// Every page of the gallery as its user sees it. No framework: what fails aborts, and says why.

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/test.h>

#include "../../examples/gallery/gallery.h"

extern const tr_app gallery_app;

static tr_test_page *open_at(const char *route)
{
    return tr_test_open(&gallery_app, &(tr_test_options){.route = route});
}

// A complaint of the app or the library is a line of this kind.
static unsigned complaints(tr_test_page *page, const char *where)
{
    const char *log = tr_test_log(page);
    const char *bad = strstr(log, "level=warn");
    bad = bad != NULL ? bad : strstr(log, "level=error");
    if (bad != NULL)
        fprintf(stderr, "%s: %.*s\n", where, (int)strcspn(bad, "\n"), bad);
    return bad != NULL;
}

static void turn(tr_test_page *page, const struct knob *knob, unsigned index)
{
    char key[16];
    snprintf(key, sizeof key, "knob-%u", index);
    char number[32];
    snprintf(number, sizeof number, "%g", knob->max);
    if (knob->kind == KNOB_FLAG)
        tr_test_click(page, .key = key);
    else if (knob->kind == KNOB_NUMBER)
        tr_test_choose(page, number, .key = key);
    else if (knob->kind == KNOB_TEXT)
        tr_test_type(page, "Something else", .key = key);
    else if (knob->kind == KNOB_CHOICE)
        for (unsigned i = 0; i < 8 && knob->choices[i] != NULL; i++)
            tr_test_choose(page, knob->choices[i], .key = key);
}

static void every_page_opens_and_its_knobs_turn(void)
{
    const struct demo *demo;
    unsigned count = 0;
    unsigned bad = 0;
    for (; (demo = demo_at(count)) != NULL; count++) {
        char path[TEXT_BYTES];
        tr_test_page *page = open_at(demo_path(demo, path));
        tr_test_expect(page, .text = demo->about);
        tr_test_expect(page, .key = "code", .has = "return");
        for (unsigned i = 0; i < KNOB_CAP; i++)
            turn(page, &demo->knobs[i], i);
        bad += complaints(page, path);
        tr_test_close(&page);
    }
    assert(count > 100 && bad == 0);
}

static void a_knob_sets_the_property(void)
{
    tr_test_page *page = open_at("/buttons/filled-button");
    tr_test_expect_property(page, "disabled", NULL, .type = "filled_button");
    tr_test_click(page, .text = "disabled");
    tr_test_expect_property(page, "disabled", "true", .type = "filled_button");
    tr_test_type(page, "Send", .key = "knob-0");
    tr_test_expect(page, .text = "Send", .type = "filled_button");
    tr_test_close(&page);
}

static void events_are_shown_and_belong_to_their_page(void)
{
    tr_test_page *page = open_at("/buttons/filled-button");
    tr_test_expect(page, .text = "None yet.");
    tr_test_click(page, .text = "Save", .type = "filled_button");
    tr_test_expect(page, .text = "1  on_click");
    for (int i = 0; i < 9; i++)
        tr_test_click(page, .text = "Save", .type = "filled_button");
    tr_test_expect(page, .text = "10  on_click");
    tr_test_expect_none(page, .text = "5  on_click");
    tr_test_click(page, .key = "side:/buttons/button");
    tr_test_expect(page, .text = "None yet.");
    tr_test_close(&page);
}

static const char *code_at(tr_test_page **page, const char *route)
{
    *page = open_at(route);
    return tr_test_text(*page, .key = "code");
}

static void the_code_is_the_source_with_what_it_uses(void)
{
    tr_test_page *page;
    const char *code = code_at(&page, "/buttons/icon-button");
    const char *start =
        "static ui_control *icon_button(tr_event *ev)\n{\n    return ui_icon_button(";
    assert(strncmp(code, start, strlen(start)) == 0);
    assert(strcmp(code + strlen(code) - 3, ";\n}") == 0);
    tr_test_close(&page);

    // A handler that stands before an earlier demo, and a function that the handler uses.
    code = code_at(&page, "/lists/data-column");
    assert(strncmp(code, "TR_ASYNC(show_sort)\n{\n", 22) == 0);
    assert(strstr(code, "\n}\n\nstatic ui_control *city(") != NULL);
    assert(strstr(code, "DEMO") == NULL && strstr(code, "show_panel") == NULL);
    tr_test_close(&page);
    code = code_at(&page, "/services/gyroscope");
    const char *helper = strstr(code, "static void hear(");
    assert(helper != NULL && strstr(helper, "TR_ASYNC(hear_gyroscope)") != NULL);
    assert(strncmp(code, "// A sensor is put on the page", 30) == 0);
    tr_test_close(&page);
}

static void the_code_is_copied(void)
{
    tr_test_page *page = open_at("/buttons/icon-button");
    tr_test_click(page, .text = "Copy the code");
    assert(tr_test_calls(page, NULL, "set") == 1);
    tr_test_expect(page, .text = "Copied");
    tr_test_close(&page);
}

static void controls_are_found(void)
{
    tr_test_page *page = open_at("/");
    tr_test_type(page, "filledbutt", .key = "search");
    tr_test_expect(page, .key = "found:/buttons/filled-button");
    tr_test_expect_none(page, .key = "groups");
    tr_test_type(page, "no such thing", .key = "search");
    tr_test_expect(page, .key = "nothing");
    tr_test_type(page, "", .key = "search");
    tr_test_click(page, .key = "group:/buttons");
    tr_test_click(page, .key = "open:/buttons/filled-button");
    tr_test_expect(page, .key = "stage");
    tr_test_close(&page);
}

static void an_address_without_page_says_so(void)
{
    tr_test_page *page = open_at("/buttons/no-such-button");
    tr_test_expect(page, .has = "no page with this address");
    tr_test_click(page, .text = "All controls");
    tr_test_expect(page, .key = "groups");
    tr_test_close(&page);
}

static void narrow_windows_have_no_sidebar(void)
{
    tr_test_page *page =
        tr_test_open(&gallery_app, &(tr_test_options){.route = "/buttons/button", .width = 360});
    tr_test_expect(page, .key = "stage");
    tr_test_expect_none(page, .key = "sidebar");
    tr_test_close(&page);
}

int main(void)
{
    static void (*const tests[])(void) = {every_page_opens_and_its_knobs_turn,
                                          a_knob_sets_the_property,
                                          events_are_shown_and_belong_to_their_page,
                                          the_code_is_the_source_with_what_it_uses,
                                          the_code_is_copied,
                                          controls_are_found,
                                          an_address_without_page_says_so,
                                          narrow_windows_have_no_sidebar};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++)
        tests[i]();
    puts("ok gallery");
}
