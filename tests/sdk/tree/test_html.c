#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/tree/html.h"
#include "sdk/tree/html_address.h"
#include "troupe/controls/controls.h"
#include "troupe/controls/events.h"
#include "wire/limits.h"
#include "wire/scan.h"

Suite *sdk_tree_html_suite(void);

static tr_buf out;
static tr_buf summary;

static void set_up(void)
{
    out = summary = (tr_buf){0};
}

static void tear_down(void)
{
    tr_buf_done(&out);
    tr_buf_done(&summary);
}

// The HTML of a view with that in it, which is freed.
static const char *html_within(ui_control *control, size_t cap)
{
    ui_control *view = ui_view(UI(control));
    out.size = summary.size = 0;
    tr_html_write(view, cap, &out, &summary);
    tr_node_free(view);
    return tr_buf_text(&out);
}

static const char *html_of(ui_control *control)
{
    return html_within(control, 65536);
}

static void is(ui_control *control, const char *html)
{
    ck_assert_str_eq(html_of(control), html);
}

START_TEST(texts_are_paragraphs_and_headings)
{
    is(ui_text("Milk"), "<p>Milk</p>");
    is(ui_text("Shop", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM), "<h2>Shop</h2>");
    is(ui_text(""), "");
    is(ui_text(" \n"), "");
    is(ui_text("A",
               .spans = UI_LIST(ui_text_span("b"), ui_text_span("c", .url = "https://a.b/?x=1&y"))),
       "<p>Ab<a href=\"https://a.b/?x=1&amp;y\">c</a></p>");
    is(ui_semantics(ui_text("Today"), .heading_level = 3), "<h3>Today</h3>");
    is(ui_semantics(ui_icon("add"), .label = "New"), "<p>New</p>");
}
END_TEST

START_TEST(what_an_app_says_is_text_and_never_markup)
{
    is(ui_text("<script>alert('1')</script> & \"x\""),
       "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;</p>");
    is(ui_text("a\x01\x1b[31mb\x7f\tc\nd"), "<p>a[31mb\tc\nd</p>");
    is(ui_image("a.png", .semantics_label = "\"><script>"),
       "<img src=\"a.png\" alt=\"&quot;&gt;&lt;script&gt;\">");
    is(ui_markdown("<img src=x onerror=alert(1)>"), "<p>&lt;img src=x onerror=alert(1)&gt;</p>");
}
END_TEST

static const struct {
    const char *address;
    bool is_link;
    bool is_file;
} addresses[] = {
    {"https://a.b/c.png", true, true},
    {"HTTP://a.b/c.png", true, true},
    {"mailto:a@b.c", true, false},
    {"tel:123", true, false},
    {"/a/b?c=d:e", true, false},
    {"a.png", true, true},
    {"//a.b/c.png", true, true},
    {"#top", true, false},
    {"?x=http:1.2", true, true},
    {"", false, false},
    {"javascript:alert(1.5)", false, false},
    {"JaVaScRiPt:alert(1.5)", false, false},
    {" javascript:alert(1.5)", false, false},
    {"java\tscript:alert(1.5)", false, false},
    {"java\nscript:alert(1.5)", false, false},
    {"\x01javascript:alert(1.5)", false, false},
    {"vbscript:a.b", false, false},
    {"data:text/html,a.b", false, false},
    {"blob:https://a.b", false, false},
    {"file:///etc/a.b", false, false},
    {":a.b", false, false},
    {"iVBORw0KGgoAAAANSUhEUg", true, false},
};

START_TEST(no_address_runs_code)
{
    tr_slice address = tr_slice_of(addresses[_i].address);
    tr_slice file;
    ck_assert_int_eq(tr_html_is_link(address), addresses[_i].is_link);
    ck_assert_int_eq(tr_html_is_file(address, &file), addresses[_i].is_file);
    html_of(ui_button("x", .url = addresses[_i].address));
    ck_assert_int_eq(strstr(tr_buf_text(&out), "<a href") != NULL, addresses[_i].is_link);
}
END_TEST

START_TEST(assets_of_the_app_are_below_its_base)
{
    is(ui_image("/icons/a.png"), "<img src=\"icons/a.png\" alt=\"\">");
    is(ui_image("//a.b/c.png"), "<img src=\"//a.b/c.png\" alt=\"\">");
    is(ui_image("data:image/png;base64,AAAA", .semantics_label = "A chart"), "<p>A chart</p>");
}
END_TEST

TR_ASYNC(html_nothing)
{
    (void)ev;
}

START_TEST(buttons_are_there_and_cannot_be_pressed)
{
    is(ui_filled_button("Buy & go", .on_click = html_nothing),
       "<button disabled>Buy &amp; go</button>");
    is(ui_icon_button(.icon = "delete", .tooltip = "Delete"), "<button disabled>Delete</button>");
    is(ui_icon_button(.icon = "delete"), "");
    is(ui_button("Docs", .url = "/docs"), "<p><a href=\"/docs\">Docs</a></p>");
    is(ui_container(ui_column(UI(ui_text("One"), ui_filled_button("Two"))), .url = "https://a.b"),
       "<p><a href=\"https://a.b\">One Two</a></p>");
}
END_TEST

START_TEST(fields_say_what_they_are_for)
{
    is(ui_text_field("Name", .value = "Ada"), "<p>Name: Ada</p>");
    is(ui_text_field(.label = "Name", .hint_text = "As on the card"),
       "<p>Name: As on the card</p>");
    is(ui_text_field("Password", .value = "secret", .password = 1), "<p>Password</p>");
    is(ui_text_field(.value = "alone"), "<p>alone</p>");
    is(ui_dropdown(.label = "Size", .value = "l",
                   .options = UI_LIST(ui_dropdown_option("s", .text = "Small"),
                                      ui_dropdown_option("l", .text = "Large"))),
       "<p>Size: Large</p>");
    is(ui_checkbox(.label = "Agreed"), "<p>Agreed</p>");
}
END_TEST

START_TEST(lists_and_tables_are_such)
{
    is(ui_list_view(UI(ui_text("a"), ui_divider(), ui_list_tile("b", .subtitle = "c"))),
       "<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>");
    is(ui_data_table(.columns = UI_LIST(ui_data_column("No"), ui_data_column("Name")),
                     .rows = UI_LIST(
                         ui_data_row(
                             UI_LIST(ui_data_cell(.content_control = ui_text("1")),
                                     ui_data_cell(.content_control = ui_filled_button("Ada")))),
                         ui_data_row(UI_LIST(ui_data_cell(.content_control = ui_icon("add")),
                                             ui_data_cell(.content_control = ui_text("<b>")))))),
       "<table><tr><th>No</th><th>Name</th></tr><tr><td>1</td><td><button "
       "disabled>Ada</button></td></tr><tr><td></td><td>&lt;b&gt;</td></tr></table>");
    is(ui_list_view(), "");
}
END_TEST

START_TEST(what_nobody_sees_is_not_there)
{
    is(ui_column(UI(ui_text("hidden", .visible = 0), ui_text("there"))), "<p>there</p>");
    is(ui_column(UI(ui_text("inside")), .visible = 0), "");
    is(ui_popup_menu_button(.tooltip = "More", .items = UI_LIST(ui_popup_menu_item("Delete all"))),
       "<button disabled>More</button>");
    is(ui_slider(.label = "{value} %"), "");
}
END_TEST

START_TEST(a_view_is_read_from_its_title_on)
{
    ui_control *view = ui_view(UI(ui_text("Body")), .appbar = ui_app_bar(.title = "Inbox"),
                               .floating_action_button =
                                   ui_floating_action_button(.icon = "add", .tooltip = "Write"),
                               .drawer = ui_navigation_drawer(UI(ui_text("Elsewhere"))));
    tr_html_write(view, 65536, &out, &summary);
    tr_node_free(view);
    ck_assert_str_eq(tr_buf_text(&out), "<h1>Inbox</h1><p>Body</p><button disabled>Write</button>");
}
END_TEST

START_TEST(markdown_is_blocks_links_and_pictures)
{
    is(ui_markdown("# Ti**t**le\n\nSome *text* with `code`\nand [a link](https://a.b \"c\"), "
                   "[no link](javascript:x).\n\n- one\n- two\n  goes on\n\n1. first\n\n"
                   "```c\nif (a < b)\n  go();\n```\n![A cat](cat.png)\n> said\n2 \\* 3"),
       "<h1>Title</h1><p>Some *text* with code and <a href=\"https://a.b\">a link</a>, no "
       "link.</p><ul><li>one</li><li>two goes on</li></ul><ol><li>first</li></ol>"
       "<pre>if (a &lt; b)\n  go();\n</pre><p><img src=\"cat.png\" alt=\"A cat\"> said 2 * 3</p>");
    is(ui_markdown("```\nnever ends <"), "<pre>never ends &lt;\n</pre>");
    is(ui_markdown("[[(]](((("), "<p>[[(]]((((</p>");
    is(ui_markdown("#\n#x\n####### seven\n-\n"), "<p># #x ####### seven -</p>");
    is(ui_filled_button(.content_control = ui_markdown("# a\n- b")),
       "<button disabled># a\n- b</button>");
}
END_TEST

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "<b onclick=x>\n\n<!-- -->\n<?x?><![CDATA[x]]>",
    "[a](javascript:alert(1))",
    "[a](java&#115;cript&colon;alert(1))",
    "[a]\n\n[a]: <javascript:alert(1)>",
    "<javascript:alert(1)>",
    "![a](data:text/html,b)",
    "[a](https://b\"onclick=\"c)",
    "![\"onerror=\"](c.png)",
    "[![a](javascript:b)](javascript:c)",
};

START_TEST(no_markdown_is_markup)
{
    const char *html = html_of(ui_markdown(hostile[_i]));
    static const char *const never[] = {"<script",       "<b",      "<!",        "<?",
                                        "=\"javascript", "=\"data", "\"onclick", "\"onerror"};
    for (unsigned i = 0; i < sizeof never / sizeof *never; i++)
        ck_assert_msg(strstr(html, never[i]) == NULL, "%s: %s", hostile[_i], html);
}
END_TEST

// Each bracket may begin a link: without a bound this would take minutes.
START_TEST(a_million_brackets_are_read_once)
{
    enum { SIZE = TR_TEXT_CAP_BYTES - 1, TIMES = 8 };
    char *text = malloc(SIZE + 1);
    memset(text, '[', SIZE);
    text[SIZE] = '\0';
    for (unsigned i = 0; i < TIMES; i++)
        ck_assert_uint_gt(strlen(html_of(ui_markdown(text))), 1000);
    free(text);
}
END_TEST

START_TEST(the_summary_is_the_first_prose)
{
    html_of(ui_column(UI(ui_text("Shop", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_LARGE),
                         ui_filled_button("Buy"), ui_text("Fresh  milk\n& \"bread\""),
                         ui_markdown("## News\n**Open** till nine."))));
    ck_assert_str_eq(tr_buf_text(&summary), "Fresh milk & \"bread\" Open till nine.");
}
END_TEST

START_TEST(a_long_summary_ends_with_a_character)
{
    char text[1000] = "";
    for (unsigned i = 0; i < 300; i++)
        memcpy(text + (size_t)3 * i, "\xe2\x82\xac", 3);
    html_of(ui_text(text));
    ck_assert_uint_le(summary.size, TR_HTML_SUMMARY_CAP_BYTES);
    ck_assert_uint_gt(summary.size, TR_HTML_SUMMARY_CAP_BYTES - 8);
    ck_assert_uint_eq(tr_scan_is_utf8(summary.data, summary.size) != 0, 1);
}
END_TEST

START_TEST(a_long_summary_ends_with_a_word)
{
    char text[1000] = "";
    for (unsigned i = 0; i < 100; i++)
        memcpy(text + (size_t)7 * i, "word, ", 7);
    for (unsigned i = 0; i < 100; i++)
        text[7 * i + 6] = 'x';
    html_of(ui_column(UI(ui_text(text), ui_text("more"))));
    ck_assert_uint_le(summary.size, TR_HTML_SUMMARY_CAP_BYTES);
    ck_assert_str_eq(tr_buf_text(&summary) + summary.size - 6, "xword,");
}
END_TEST

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

START_TEST(a_large_page_is_cut_and_whole_all_the_same)
{
    enum { CAP = 1000, ROWS = 400 };
    ui_control *rows[ROWS + 1];
    for (unsigned i = 0; i < ROWS; i++)
        rows[i] = ui_text("\xe2\x82\xac\xe2\x82\xac & more");
    rows[ROWS] = UI_END;
    const char *html = html_within(ui_list_view(rows), CAP);
    ck_assert_uint_ge(out.size, CAP - 8);
    ck_assert_uint_le(out.size, CAP + 64);
    ck_assert_uint_eq(count_of(html, "<li>"), count_of(html, "</li>"));
    ck_assert_uint_eq(count_of(html, "<p>"), count_of(html, "</p>"));
    ck_assert_str_eq(html + out.size - 5, "</ul>");
    char text[4000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    html_within(ui_text(text), CAP);
    ck_assert_uint_le(out.size, CAP + 8);
}
END_TEST

Suite *sdk_tree_html_suite(void)
{
    Suite *suite = suite_create("sdk/tree/html");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, texts_are_paragraphs_and_headings);
    tcase_add_test(all, what_an_app_says_is_text_and_never_markup);
    tcase_add_loop_test(all, no_address_runs_code, 0, (int)(sizeof addresses / sizeof *addresses));
    tcase_add_test(all, assets_of_the_app_are_below_its_base);
    tcase_add_test(all, buttons_are_there_and_cannot_be_pressed);
    tcase_add_test(all, fields_say_what_they_are_for);
    tcase_add_test(all, lists_and_tables_are_such);
    tcase_add_test(all, what_nobody_sees_is_not_there);
    tcase_add_test(all, a_view_is_read_from_its_title_on);
    tcase_add_test(all, markdown_is_blocks_links_and_pictures);
    tcase_add_loop_test(all, no_markdown_is_markup, 0, sizeof hostile / sizeof *hostile);
    tcase_add_test(all, a_million_brackets_are_read_once);
    tcase_add_test(all, the_summary_is_the_first_prose);
    tcase_add_test(all, a_long_summary_ends_with_a_character);
    tcase_add_test(all, a_long_summary_ends_with_a_word);
    tcase_add_test(all, a_large_page_is_cut_and_whole_all_the_same);
    suite_add_tcase(suite, all);
    return suite;
}
