// A session that is recorded from its packets, and played again: a changed app is told.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sdk/tree/tree.h"
#include "testing/lab.h"
#include "testing/recorder.h"
#include "tests/support/kept_report.h"
#include "troupe/test.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/writer.h"

struct list {
    int count;
};
TR_LAYOUT(struct list, count);

static bool is_later; // a version of the app that says it in another way

TR_ASYNC(replay_add)
{
    struct list *list = tr_state(ev);
    char text[64];
    ui_get_text(ev, "new", "value", text, sizeof text);
    if (text[0] == '\0')
        return;
    ui_add_to(ev, "things", ui_checkbox(.label = ui_format("%s", text)));
    ui_set_text(ev, "new", "");
    list->count++;
    ui_set_textf(ev, "left", is_later ? "%d to do" : "%d left", list->count);
}

TR_ASYNC(replay_paste)
{
    const char *text = NULL;
    (void)ui_clipboard_get(ev, &text);
    ui_set_textf(ev, "left", "pasted %s", text != NULL ? text : "nothing");
}

TR_ASYNC(replay_later)
{
    if (tr_sleep(ev, 500) == 0)
        ui_set_text(ev, "left", "later");
}

TR_ASYNC(replay_shout)
{
    (void)tr_publish_others(ev, "replay", "hey", 3);
}

TR_ASYNC(replay_hear)
{
    ui_set_text(ev, "left", "heard");
}

TR_ASYNC(replay_echo)
{
    ui_set_textf(ev, "left", "I know %s", tr_event_text(ev, ""));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("New", .key = "new", .on_submit = replay_add));
    ui_add(page, ui_text_field("Word", .key = "word", .password = true, .on_change = replay_echo));
    ui_add(page, ui_filled_button("Add", .on_click = replay_add));
    ui_add(page, ui_filled_button("Paste", .on_click = replay_paste));
    ui_add(page, ui_filled_button("Later", .on_click = replay_later));
    ui_add(page, ui_filled_button("Shout", .on_click = replay_shout));
    tr_subscribe(page, "replay", replay_hear);
    ui_add(page, ui_column(.key = "things"));
    ui_add(page, ui_text("nothing", .key = "left"));
}

static const tr_app app = {.name = "Replay", .build = build, TR_STATE(struct list)};

static char path[] = "/tmp/troupe-replay-XXXXXX";
static char text[65536];
static lab *here;
static tr_recorder *recorder;
static uint64_t now;
static unsigned person; // who does what follows: the lab's connection

static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)arg;
    tr_recorder_to_browser(recorder, n + 1, 0, bytes, size, now);
}

static void say(tr_buf *packet)
{
    tr_recorder_from_browser(recorder, person + 1, 0, packet->data, packet->size, now);
    ck_assert_int_eq(tr_lab_packet(here, person, packet->data, packet->size), 0);
    tr_buf_done(packet);
}

static uint32_t find(const cm_value *at, const char *name, const char *wanted)
{
    uint32_t found = 0;
    const cm_value *value = at->kind == CM_MAP ? tr_cm_get(at, name) : NULL;
    if (value != NULL && strcmp(tr_cm_text(value), wanted) == 0)
        return (uint32_t)tr_cm_integer(tr_cm_get(at, "_i"));
    for (uint32_t i = 0; at->kind != CM_SCALAR && i < at->count && found == 0; i++)
        found = find(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], name, wanted);
    return found;
}

static uint32_t control(const char *name, const char *wanted)
{
    uint32_t id = find(tr_lab_look(here, person)->page.page, name, wanted);
    ck_assert_msg(id != 0, "no %s", wanted);
    return id;
}

static void pass(uint64_t milliseconds)
{
    now += milliseconds;
    ck_assert_int_ge(tr_lab_advance(here, milliseconds), 0);
}

static void arrive(const char *session)
{
    tr_buf own = {0};
    tr_buf packet = {0};
    tr_write_map(&own, 3);
    tr_write_literal(&own, "route");
    tr_write_literal(&own, "/?token=abcdefgh");
    tr_write_literal(&own, "width");
    tr_write_integer(&own, 800);
    tr_write_literal(&own, "height");
    tr_write_integer(&own, 600);
    tr_flet_write_client_register(&packet, tr_slice_of(session), tr_slice_of(""),
                                  tr_buf_slice(&own));
    tr_recorder_from_browser(recorder, person + 1, 0, packet.data, packet.size, now);
    tr_lab_register(here, person, packet.data, packet.size, "127.0.0.1", "test");
    tr_buf_done(&packet);
    tr_buf_done(&own);
}

static void click(const char *content)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, control("content", content), TR_SLICE("click"),
                               (tr_slice){0});
    say(&packet);
}

static void change(uint32_t id, const char *value, bool is_heard)
{
    tr_buf props = {0};
    tr_buf data = {0};
    tr_buf packet = {0};
    tr_write_text(&data, tr_slice_of(value));
    tr_write_map(&props, 1);
    tr_write_literal(&props, "value");
    tr_write_raw(&props, tr_buf_slice(&data));
    tr_flet_write_client_update(&packet, id, tr_buf_slice(&props));
    say(&packet);
    if (is_heard) {
        tr_flet_write_client_event(&packet, id, TR_SLICE("change"), tr_buf_slice(&data));
        say(&packet);
    }
    tr_buf_done(&data);
    tr_buf_done(&props);
}

// Key by key, as browsers tell it.
static void type(const char *key, const char *words, bool is_heard)
{
    char typed[64];
    for (size_t i = 1; i <= strlen(words); i++) {
        snprintf(typed, sizeof typed, "%.*s", (int)i, words);
        change(control("key", key), typed, is_heard);
        pass(20);
    }
}

static void read_back(void)
{
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
}

static void begin(void)
{
    now = 1000000;
    person = 0;
    recorder = tr_recorder_open(path, "test_replay.c");
    ck_assert_ptr_nonnull(recorder);
    here = tr_lab_start_held(&app, 60000);
    tr_lab_watch(here, on_packet, NULL);
    arrive("");
}

static void end(void)
{
    pass(300);
    tr_recorder_close(&recorder, now);
    tr_lab_stop(&here);
    read_back();
}

static void record(void)
{
    begin();
    pass(1000);
    type("new", "Milk", false);
    pass(400);
    click("Add");
    pass(1234);
    type("word", "hunter22", true);
    pass(200);
    click("Later");
    pass(700);
    end();
}

static void set_up(void)
{
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    is_later = false;
}

static void tear_down(void)
{
    unlink(path);
    unsetenv("TROUPE_REPLAY");
    unsetenv("TROUPE_TEST_SECRET_1");
}

static void replay(void)
{
    tr_test_page *page =
        tr_test_replay(&app, path, &(tr_test_options){.on_fail = kept_report_take});
    tr_test_close(&page);
}

static void says(const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no %s in\n%s", part, text);
}

static void says_not(const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "%s in\n%s", part, text);
}

START_TEST(what_went_over_the_socket_reads_as_what_people_did)
{
    record();
    says("troupe recording 1\n# test_replay.c\nopen \"/?token=<secret 1>\" 800x600\nwait "
         "1000\nshows\n");
    says("  + TextField #new label=\"New\"\n");
    says("\ntype #new: \"Milk\"\n");
    says("\nwait 480\nshows\n");
    says("  - Text #left \"nothing\"\n  + Checkbox \"Milk\"\n  + Text #left \"1 left\"\n");
    says("\ntype #word: \"<secret 2>\"\n");
    says("  + Text #left \"I know <secret 2>\"\n");
    says("  + TextField #word \"***\" label=\"Word\"\n");
    says_not("hunter");
    says_not("abcdefgh");
}
END_TEST

START_TEST(it_is_played_again)
{
    record();
    replay();
    tr_test_page *page =
        tr_test_replay(&app, path, &(tr_test_options){.on_fail = kept_report_take});
    tr_test_expect(page, .text = "later"); // and goes on from there
    tr_test_click(page, .text = "Paste");
    tr_test_close(&page);
}
END_TEST

START_TEST(secrets_come_from_the_environment)
{
    record();
    setenv("TROUPE_TEST_SECRET_2", "hunter22", 1);
    tr_test_page *page =
        tr_test_replay(&app, path, &(tr_test_options){.on_fail = kept_report_take});
    unsetenv("TROUPE_TEST_SECRET_2");
    tr_test_expect_property(page, "value", "\"hunter22\"", .key = "word");
    tr_test_close(&page);
}
END_TEST

START_TEST(an_app_that_says_something_else_fails_with_words)
{
    record();
    is_later = true;
    fails_with(replay(), "troupe-replay-", "changed in another way than when it was recorded",
               "recorded  + Text #left \"1 left\"", "now       + Text #left \"1 to do\"",
               "as then   + Checkbox \"Milk\"", "troupe test --write", "the page:");
}
END_TEST

START_TEST(what_is_meant_is_written_anew)
{
    record();
    is_later = true;
    setenv("TROUPE_REPLAY", "write", 1);
    replay();
    unsetenv("TROUPE_REPLAY");
    read_back();
    says("  + Text #left \"1 to do\"\n");
    says("\ntype #new: \"Milk\"\n");
    says("# test_replay.c\n");
    replay();
}
END_TEST

START_TEST(written_anew_it_is_the_same)
{
    record();
    char before[sizeof text];
    strcpy(before, text);
    setenv("TROUPE_REPLAY", "write", 1);
    replay();
    read_back();
    ck_assert_str_eq(text, before);
}
END_TEST

static void edit(const char *from, const char *to)
{
    char *at = strstr(text, from);
    ck_assert_msg(at != NULL, "no %s in\n%s", from, text);
    FILE *file = fopen(path, "w");
    fprintf(file, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    fclose(file);
    read_back();
}

START_TEST(anything_may_stand_for_anything)
{
    record();
    edit("+ Text #left \"1 left\"", "+ Text #left \"<*> left\"");
    edit("- Text #left \"1 left\"", "- Text #left <*>");
    replay();
    edit("+ Text #left \"<*> left\"", "+ Text #left \"<*> right\"");
    fails_with(replay(), "1 left");
}
END_TEST

START_TEST(a_control_that_is_gone_is_missed_by_its_line)
{
    record();
    edit("click FilledButton \"Add\"", "click FilledButton \"Append\"");
    fails_with(replay(), "cannot click", "\"Append\"", "there are 0", "troupe-replay-");
}
END_TEST

START_TEST(what_came_too_late_is_passed_over)
{
    record();
    edit("click FilledButton \"Add\"\n",
         "click FilledButton \"Add\"\nsend blur to #gone\npress \"Enter\"\n");
    replay();
    edit("send blur to #gone", "wait 100\nsend blur to #gone");
    fails_with(replay(), "changed in another way");
}
END_TEST

START_TEST(a_bad_line_is_named)
{
    record();
    edit("click FilledButton \"Add\"", "klick FilledButton \"Add\"");
    fails_with(replay(), "troupe-replay-", ": there is no such step");
    unlink(path);
    fails_with(replay(), "troupe-replay-", "No such file");
}
END_TEST

static char call_id[64];
static uint32_t call_target;

static void answer(const char *value)
{
    tr_buf packet = {0};
    tr_buf result = {0};
    tr_write_text(&result, tr_slice_of(value));
    tr_flet_write_client_result(&packet, call_target, tr_slice_of(call_id), tr_buf_slice(&result),
                                (tr_slice){0});
    say(&packet);
    tr_buf_done(&result);
}

static void catch_call(void *arg, unsigned n, const void *bytes, size_t size)
{
    on_packet(arg, n, bytes, size);
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    if (packet->kind == CM_LIST && tr_cm_integer(packet->items[0]) == TR_FLET_INVOKE) {
        snprintf(call_id, sizeof call_id, "%s", tr_cm_text(tr_cm_get(packet->items[1], "call_id")));
        call_target = (uint32_t)tr_cm_integer(tr_cm_get(packet->items[1], "control_id"));
    }
    tr_cm_free(packet);
}

START_TEST(what_a_method_answered_is_answered_again)
{
    begin();
    tr_lab_watch(here, catch_call, NULL);
    pass(100);
    click("Paste");
    pass(100);
    answer("from elsewhere");
    end();
    says("answer get: \"<secret 2>\"\n"); // a clipboard may have anything
    says("+ Text #left \"pasted <secret 2>\"");
    replay();
}
END_TEST

START_TEST(who_comes_back_is_there_again)
{
    char session[32];
    begin();
    pass(100);
    type("new", "Milk", false);
    click("Add");
    pass(100);
    snprintf(session, sizeof session, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_detach(here, 0);
    tr_recorder_gone(recorder, 1);
    pass(3000);
    arrive(session);
    pass(100);
    type("new", "Tea", false);
    click("Add");
    end();
    says("\nreturn\n");
    says("2 left");
    replay();
}
END_TEST

START_TEST(two_people_are_two_pages)
{
    begin();
    pass(200);
    person = 1;
    arrive("");
    pass(200);
    click("Shout");
    pass(200);
    person = 0;
    type("new", "Tea", false);
    click("Add");
    end();
    says("\npage 2\nopen \"/?token=<secret 1>\" 800x600\n");
    says("\npage 1\nshows\n  - Text #left \"nothing\"\n  + Text #left \"heard\"\ntype #new: "
         "\"Tea\"\n");
    replay();
    char before[sizeof text];
    strcpy(before, text);
    setenv("TROUPE_REPLAY", "write", 1);
    replay();
    read_back();
    ck_assert_str_eq(text, before);
    edit("\"heard\"", "\"listened\"");
    unsetenv("TROUPE_REPLAY");
    fails_with(replay(), "what page 1 shows changed", "recorded  + Text #left \"listened\"");
}
END_TEST

Suite *testing_replay_suite(void);
Suite *testing_replay_suite(void)
{
    Suite *suite = suite_create("testing/replay");
    TCase *tests = tcase_create("recorded sessions");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_went_over_the_socket_reads_as_what_people_did);
    tcase_add_test(tests, it_is_played_again);
    tcase_add_test(tests, secrets_come_from_the_environment);
    tcase_add_test(tests, an_app_that_says_something_else_fails_with_words);
    tcase_add_test(tests, what_is_meant_is_written_anew);
    tcase_add_test(tests, written_anew_it_is_the_same);
    tcase_add_test(tests, anything_may_stand_for_anything);
    tcase_add_test(tests, a_control_that_is_gone_is_missed_by_its_line);
    tcase_add_test(tests, what_came_too_late_is_passed_over);
    tcase_add_test(tests, a_bad_line_is_named);
    tcase_add_test(tests, what_a_method_answered_is_answered_again);
    tcase_add_test(tests, who_comes_back_is_there_again);
    tcase_add_test(tests, two_people_are_two_pages);
    suite_add_tcase(suite, tests);
    return suite;
}
