#include <check.h>
#include <string.h>

#include "gateway/painted_page.h"

Suite *gateway_painted_page_suite(void);

static tr_buf out;

static void set_up(void)
{
    out = (tr_buf){0};
}

static void tear_down(void)
{
    tr_buf_done(&out);
}

static const char file[] =
    "<!doctype html>\n<html lang=\"en\">\n<head><base href=\"/\" /><title>Troupe</title></head>"
    "<body><div class=\"t-app\"><div class=\"t-boot\" role=\"progressbar\" aria-label=\"Loading\">"
    "</div></div></body></html>";
static const tr_painted_files files = {.style = "assets/paint-1.css",
                                       .script = "assets/paint-2.js"};

static const char *page_of(const char *from, tr_painted painted)
{
    out.size = 0;
    tr_painted_page_write(&painted, &files, tr_slice_of(from), &out);
    return tr_buf_text(&out);
}

#define HAS(text, part) ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text)
#define HAS_NOT(text, part) ck_assert_msg(strstr(text, part) == NULL, "%s in %s", part, text)

START_TEST(everything_has_its_place)
{
    const char *page = page_of(file, (tr_painted){.title = TR_SLICE("Shop"),
                                                  .summary = TR_SLICE("Milk and bread."),
                                                  .language = TR_SLICE("ar-EG"),
                                                  .is_rtl = true,
                                                  .html = TR_SLICE("<p>Milk</p>")});
    ck_assert_str_eq(
        page,
        "<!doctype html>\n<html lang=\"ar-EG\" dir=\"rtl\">\n<head><base href=\"/\" />"
        "<title>Shop</title><meta name=\"description\" content=\"Milk and bread.\" />"
        "<meta property=\"og:title\" content=\"Shop\" />"
        "<meta property=\"og:description\" content=\"Milk and bread.\" />"
        "<meta property=\"og:type\" content=\"website\" />"
        "<link rel=\"stylesheet\" href=\"assets/paint-1.css\" />"
        "<script type=\"module\" src=\"assets/paint-2.js\"></script></head><body>"
        "<div class=\"t-app\"><div class=\"t-boot\" role=\"progressbar\" aria-label=\"Loading\">"
        "</div><main class=\"t-paint\"><p>Milk</p></main></div></body></html>");
}
END_TEST

START_TEST(texts_are_escaped)
{
    const char *page = page_of(file, (tr_painted){.title = TR_SLICE("</title><script>"),
                                                  .summary = TR_SLICE("\"><img src=x>"),
                                                  .language = TR_SLICE("\"><b>"),
                                                  .html = TR_SLICE("<p>x</p>")});
    HAS(page, "<title>&lt;/title&gt;&lt;script&gt;</title>");
    HAS(page, "content=\"&quot;&gt;&lt;img src=x&gt;\"");
    HAS(page, "lang=\"&quot;&gt;&lt;b&gt;\"");
    HAS_NOT(page, "<script>");
    HAS_NOT(page, "<img");
    HAS_NOT(page, "<b>");
}
END_TEST

START_TEST(what_is_not_known_stays_as_it_is)
{
    const char *page = page_of(file, (tr_painted){.html = TR_SLICE("<p>x</p>")});
    HAS(page, "<html lang=\"en\">");
    HAS(page, "<title>Troupe</title>");
    HAS_NOT(page, "description");
    HAS_NOT(page, "og:title");
    HAS(page_of(file, (tr_painted){.is_rtl = true}), "<html lang=\"en\" dir=\"rtl\">");
    HAS_NOT(page_of(file, (tr_painted){.is_rtl = true}), "t-paint\"");
}
END_TEST

// An app's own index.html.
START_TEST(a_file_without_a_place_goes_without)
{
    tr_painted painted = {.title = TR_SLICE("Shop"),
                          .language = TR_SLICE("de"),
                          .is_rtl = true,
                          .html = TR_SLICE("<p>x</p>")};
    ck_assert_str_eq(page_of("<html><body>own", painted), "<html><body>own");
    ck_assert_str_eq(page_of("", painted), "");
    HAS(page_of("<title>own", painted), "<title>");
    HAS(page_of("<html lang=\"", painted), "<html lang=\"");
}
END_TEST

Suite *gateway_painted_page_suite(void)
{
    Suite *suite = suite_create("gateway/painted_page");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, everything_has_its_place);
    tcase_add_test(all, texts_are_escaped);
    tcase_add_test(all, what_is_not_known_stays_as_it_is);
    tcase_add_test(all, a_file_without_a_place_goes_without);
    suite_add_tcase(suite, all);
    return suite;
}
