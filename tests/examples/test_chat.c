// Two people in one chat, as each sees it. No framework: what fails aborts, and says why.

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <troupe/test.h>

extern const tr_app chat_app;

static tr_test_page *ada;
static tr_test_page *grace;

static void join(tr_test_page *page, const char *name)
{
    tr_test_type(page, name, .key = "name");
    tr_test_submit(page, .key = "name");
}

static void say(tr_test_page *page, const char *text)
{
    tr_test_type(page, text, .key = "text");
    tr_test_submit(page, .key = "text");
}

static tr_test_page *come(const char *name, const char *route)
{
    tr_test_page *page = tr_test_open_another(ada, &(tr_test_options){.route = route});
    join(page, name);
    return page;
}

static void what_one_says_all_read(void)
{
    join(ada, "Ada");
    grace = come("Grace", "/");
    say(ada, "  Hello,\nGrace!  ");
    tr_test_expect(grace, .text = "Hello,\nGrace!", .within = "lines");
    tr_test_expect(grace, .text = "Ada", .within = "lines");
    tr_test_expect(ada, .text = "Hello,\nGrace!", .within = "lines");
    assert(strcmp(tr_test_text(ada, .key = "text"), "") == 0);
    tr_test_type(grace, "Hello, Ada", .key = "text");
    tr_test_click(grace, .key = "send");
    tr_test_expect(ada, .text = "Hello, Ada", .within = "lines");
    say(ada, "   ");
    tr_test_expect_count(grace, 2, .has = "Hello", .within = "lines");
    char text[1100];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    say(ada, text);
    tr_test_expect(ada, .key = "text", .has = "That is too long");
    text[1000] = 0;
    say(ada, text);
    tr_test_expect(grace, .text = text, .within = "lines");
    tr_test_expect_none(ada, .has = "That is too long");
}

static void only_who_has_a_name_takes_part(void)
{
    tr_test_expect_none(ada, .key = "text");
    tr_test_expect(ada, .text = "Nothing has been said here yet.");
    join(ada, "  ");
    tr_test_expect_none(ada, .key = "text");
    join(ada, "Ada");
    tr_test_expect(ada, .key = "text");
    tr_test_expect_none(ada, .key = "name");
    assert(tr_test_calls(ada, NULL, "set") == 1); // the browser remembers it
}

static void who_comes_late_reads_what_was_said(void)
{
    join(ada, "Ada");
    for (unsigned i = 0; i < 120; i++) {
        char text[16];
        snprintf(text, sizeof text, "line %u", i);
        say(ada, text);
    }
    grace = tr_test_open_another(ada, NULL);
    tr_test_expect_count(grace, 100, .has = "line ", .within = "lines");
    tr_test_expect_none(grace, .text = "line 19");
    tr_test_expect(grace, .text = "line 20", .within = "lines");
    tr_test_expect(grace, .text = "line 119", .within = "lines");
    tr_test_expect_none(grace, .has = "Nothing has been said");
    tr_test_expect_count(ada, 100, .has = "line ", .within = "lines");
}

static void lines_of_one_millisecond_stand_as_they_were_said(void)
{
    char text[16];
    join(ada, "Ada");
    for (unsigned i = 100; i < 150; i++) {
        snprintf(text, sizeof text, "line %u", i);
        say(ada, text);
    }
    tr_test_expect(ada, .text = "line 149", .within = "lines");
    const char *at = tr_test_tree(ada);
    for (unsigned i = 100; i < 150; i++) {
        snprintf(text, sizeof text, "line %u", i);
        at = strstr(at, text);
        assert(at != NULL);
    }
}

static void one_sees_who_is_here(void)
{
    join(ada, "Ada");
    tr_test_expect(ada, .text = "1 here");
    tr_test_advance(ada, 2000);
    grace = come("Grace", "/");
    tr_test_expect(ada, .text = "2 here");
    tr_test_expect(ada, .text = "Grace", .within = "people");
    tr_test_expect(grace, .text = "Ada", .within = "people");
    tr_test_expect(ada, .text = "Grace joined", .key = "status");
    tr_test_advance(ada, 5000);
    tr_test_expect_none(ada, .text = "Grace joined");
    tr_test_drop(grace);
    tr_test_advance(ada, 4000);
    tr_test_expect(ada, .text = "2 here"); // a short loss goes unnoticed
    tr_test_advance(ada, 2000);
    tr_test_expect(ada, .text = "1 here");
    tr_test_expect(ada, .text = "Grace left", .key = "status");
    tr_test_resume(grace);
    tr_test_expect(ada, .text = "2 here");
    tr_test_click(ada, .key = "here");
    tr_test_expect(ada, .type = "alert_dialog", .has = "In # general");
    tr_test_click(ada, .text = "Close");
}

static void one_sees_who_is_typing(void)
{
    join(ada, "Ada");
    grace = come("Grace", "/");
    tr_test_type(grace, "I th", .key = "text");
    tr_test_expect(ada, .text = "Grace is typing…", .key = "status");
    tr_test_expect_none(grace, .has = "typing");
    tr_test_advance(ada, 5000);
    tr_test_expect_none(ada, .has = "typing");
    tr_test_type(grace, "I think", .key = "text");
    tr_test_expect(ada, .text = "Grace is typing…");
    tr_test_submit(grace, .key = "text");
    tr_test_expect_none(ada, .has = "typing");
    tr_test_expect(ada, .text = "I think", .within = "lines");
}

static void rooms_are_apart(void)
{
    join(ada, "Ada");
    grace = come("Grace", "/random");
    tr_test_expect(grace, .text = "# random", .key = "room");
    tr_test_expect(grace, .text = "1 here");
    say(grace, "Over here");
    tr_test_expect_none(ada, .text = "Over here");
    tr_test_expect(ada, .text = "1", .within = "tile random"); // unread
    tr_test_click(ada, .key = "tile random");
    tr_test_expect(ada, .text = "# random", .key = "room");
    tr_test_expect(ada, .text = "Over here", .within = "lines");
    tr_test_expect_none(ada, .text = "1", .within = "tile random");
    tr_test_expect(grace, .text = "2 here");
    tr_test_click(ada, .key = "add-room");
    tr_test_type(ada, "Löss & Tea!", .key = "new-room");
    tr_test_submit(ada, .key = "new-room");
    tr_test_expect(ada, .text = "# l-ss-tea", .key = "room");
    tr_test_expect(grace, .text = "1 here");
    say(ada, "First");
    tr_test_expect(grace, .text = "1", .within = "tile l-ss-tea");
}

static void what_came_meanwhile_is_marked(void)
{
    join(ada, "Ada");
    grace = come("Grace", "/");
    say(grace, "Before");
    tr_test_expect_none(ada, .key = "marker");
    tr_test_send_page(ada, "app_lifecycle_state_change", "{\"state\":\"hide\"}");
    say(grace, "One");
    say(grace, "Two");
    tr_test_expect_count(ada, 1, .key = "marker");
    assert(strstr(tr_test_tree(ada), "title=\"(2) general\"") != NULL);
    tr_test_send_page(ada, "app_lifecycle_state_change", "{\"state\":\"show\"}");
    assert(strstr(tr_test_tree(ada), "title=\"general\"") != NULL);
    tr_test_expect_count(ada, 1, .key = "marker"); // until one answers
    say(ada, "I have read it");
    tr_test_expect_none(ada, .key = "marker");
    tr_test_expect_count(ada, 1, .text = "Two", .within = "lines");
}

static void a_phone_has_room_for_it(void)
{
    grace = tr_test_open_another(ada, &(tr_test_options){.width = 360, .height = 640});
    tr_test_expect(grace, .key = "chips");
    tr_test_expect_none(grace, .key = "side");
    tr_test_click(grace, .key = "chip help");
    tr_test_expect(grace, .text = "# help", .key = "room");
    tr_test_expect(ada, .key = "side");
    tr_test_expect_none(ada, .key = "chips");
}

int main(void)
{
    static void (*const tests[])(void) = {what_one_says_all_read,
                                          only_who_has_a_name_takes_part,
                                          who_comes_late_reads_what_was_said,
                                          lines_of_one_millisecond_stand_as_they_were_said,
                                          one_sees_who_is_here,
                                          one_sees_who_is_typing,
                                          rooms_are_apart,
                                          what_came_meanwhile_is_marked,
                                          a_phone_has_room_for_it};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        ada = tr_test_open(&chat_app, NULL);
        tests[i]();
        tr_test_close(&grace);
        tr_test_close(&ada);
    }
    puts("ok chat");
}
