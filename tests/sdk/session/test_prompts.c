// Dialogs for authors (troupe/pages/dialog.h), as a browser sees them.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "testing/lab.h"
#include "troupe/troupe.h"

enum { DIALOGS = 5, OVERLAY = 4 };

static lab *here;
static const lab_connection *browser;
static int results[4];

static void ask(tr_event *ev)
{
    results[0] = tr_confirm(ev, "Delete?", .text = "For ever.", .yes = "Delete", .no = "Keep",
                            .is_dangerous = true);
    ui_set_textf(ev, "said", "answer %d", results[0]);
}

TR_ASYNC(prompts_ask)
{
    ask(ev);
}

TR_SYNC(prompts_ask_sync)
{
    ask(ev);
}

// Its page goes away while it waits.
static int ended;
TR_ASYNC(prompts_ask_and_note)
{
    ended = tr_confirm(ev, "Stay?");
}

TR_ASYNC(prompts_dismissed)
{
    ui_set_text(ev, "said", "dismissed");
}

TR_ASYNC(prompts_show)
{
    results[0] = tr_show_dialog(
        ev, ui_alert_dialog(.title = "First", .key = "first", .on_dismiss = prompts_dismissed));
    results[1] = tr_show_dialog(ev, ui_bottom_sheet(ui_text("Second")));
    results[2] = tr_show_dialog(ev, ui_text("no dialog"));
    results[3] = tr_show_dialog(ev, NULL);
}

static void close_two(tr_event *ev)
{
    results[0] = tr_close_dialog(ev);
    results[1] = tr_close_dialog(ev);
    results[2] = tr_close_dialog(ev);
}

TR_SYNC(prompts_close)
{
    close_two(ev);
    ui_set_text(ev, "said", "closed");
}

TR_SYNC(prompts_snack)
{
    results[0] = tr_snack(ev, "Saved %d notes", 3);
    results[1] = tr_add_overlay(ev, ui_text("above", .key = "above"));
    ui_set_text(ev, "said", "told");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_button("ask", .on_click = prompts_ask));
    ui_add(page, ui_button("ask sync", .on_click = prompts_ask_sync));
    ui_add(page, ui_button("ask and note", .on_click = prompts_ask_and_note));
    ui_add(page, ui_button("show", .on_click = prompts_show));
    ui_add(page, ui_button("close", .on_click = prompts_close));
    ui_add(page, ui_button("snack", .on_click = prompts_snack));
}

static const tr_app app = {.name = "Prompts", .build = build};

static void set_up(void)
{
    memset(results, 0x55, sizeof results);
    ended = 0x55;
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    browser = tr_lab_look(here, 0);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static const cm_value *find(const cm_value *at, const char *name, const char *text)
{
    if (at == NULL || at->kind == CM_SCALAR)
        return NULL;
    if (at->kind == CM_MAP && strcmp(tr_cm_text(tr_cm_get(at, name)), text) == 0)
        return at;
    const cm_value *found = NULL;
    for (uint32_t i = 0; i < at->count && found == NULL; i++)
        found = find(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], name, text);
    return found;
}

static const cm_value *page_map(void)
{
    return browser->page.page;
}

static void press(const char *label)
{
    const cm_value *button = find(page_map(), "content", label);
    ck_assert_msg(button != NULL, "no button %s", label);
    tr_lab_event(here, 0, (uint32_t)tr_cm_integer(tr_cm_get(button, "_i")), "click");
}

static const char *said(void)
{
    return tr_cm_text(tr_cm_get(find(page_map(), "key", "said"), "value"));
}

static bool is_open(const char *title)
{
    const cm_value *dialog = find(page_map(), "title", title);
    const cm_value *open = dialog != NULL ? tr_cm_get(dialog, "open") : NULL;
    return open != NULL && open->count == 1 && (uint8_t)open->bytes[0] == 0xc3;
}

static void dismiss(const char *title)
{
    const cm_value *dialog = find(page_map(), "title", title);
    ck_assert_ptr_nonnull(dialog);
    tr_lab_event(here, 0, (uint32_t)tr_cm_integer(tr_cm_get(dialog, "_i")), "dismiss");
}

// Pool threads take their time, and what they change comes in parts: looked at on the core thread,
// which takes the packets.
static bool (*wanted)(void);
static bool is_there;
static unsigned seen_packets;

static void look(tr_session *session, void *arg)
{
    (void)session;
    (void)arg;
    is_there = wanted();
    seen_packets = browser->packets;
}

static void wait_until(bool (*holds)(void))
{
    wanted = holds;
    for (;;) {
        tr_lab_do(here, 0, look, NULL);
        if (is_there)
            return;
        ck_assert(tr_lab_wait_for_packets(here, 0, seen_packets + 1));
    }
}

static bool is_asked(void)
{
    return is_open("Delete?");
}

static bool is_answered(void)
{
    return strncmp(said(), "answer", 6) == 0;
}

static bool is_closed(void)
{
    return strcmp(said(), "closed") == 0;
}

static bool is_told(void)
{
    return strcmp(said(), "told") == 0;
}

static const struct {
    const char *ask, *press, *said;
} answers[] = {
    {"ask", "Delete", "answer 1"},    {"ask", "Keep", "answer 0"},
    {"ask", NULL, "answer 0"},        {"ask sync", "Delete", "answer 1"},
    {"ask sync", "Keep", "answer 0"}, {"ask sync", NULL, "answer 0"},
};

START_TEST(a_handler_waits_for_the_answer_of_its_question)
{
    press(answers[_i].ask);
    wait_until(is_asked);
    ck_assert_str_eq(said(), "");
    if (answers[_i].press != NULL)
        press(answers[_i].press);
    else
        dismiss("Delete?");
    wait_until(is_answered);
    ck_assert_str_eq(said(), answers[_i].said);
    ck_assert(!is_open("Delete?"));
    if (answers[_i].press != NULL) {
        // It stays until its closing has been played; a second press in the meantime is nothing.
        press("Delete");
        dismiss("Delete?");
    }
    ck_assert_ptr_null(find(page_map(), "title", "Delete?"));
    ck_assert_str_eq(said(), answers[_i].said);
}
END_TEST

START_TEST(questions_are_answered_one_by_one)
{
    press("ask and note");
    press("ask");
    press("Delete");
    ck_assert_str_eq(said(), "answer 1");
    ck_assert(is_open("Stay?"));
    press("OK");
    ck_assert_int_eq(ended, 1);
}
END_TEST

START_TEST(a_question_outlives_its_browser_but_not_its_session)
{
    char id[32];
    press("ask and note");
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_detach(here, 0);
    tr_lab_open(here, 0, id, true);
    ck_assert(is_open("Stay?"));
    ck_assert_int_eq(ended, 0x55);
    tr_lab_end_session(here, 0);
    tr_lab_open(here, 1, NULL, true); // by now the handler has run on
    ck_assert_int_eq(ended, TR_ECANCELLED);
}
END_TEST

START_TEST(a_sync_question_ends_with_its_session)
{
    press("ask sync");
    wait_until(is_asked);
    tr_lab_end_session(here, 0);
    tr_lab_stop(&here); // waits for the pool thread
    ck_assert_int_eq(results[0], TR_ECANCELLED);
    set_up();
}
END_TEST

START_TEST(dialogs_lie_on_each_other_and_close_from_the_top)
{
    press("show");
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], 0);
    ck_assert_int_eq(results[2], TR_EWRONGTYPE);
    ck_assert_int_eq(results[3], TR_EINVALID);
    ck_assert_uint_eq(
        tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, DIALOGS), "controls")->count, 2);
    press("close");
    wait_until(is_closed);
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], 0);
    ck_assert_int_eq(results[2], TR_ENOTFOUND);
    dismiss("First");
    ck_assert_str_eq(said(), "dismissed");
    ck_assert_uint_eq(
        tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, DIALOGS), "controls")->count, 1);
}
END_TEST

START_TEST(a_snack_bar_tells_and_an_overlay_lies_above)
{
    press("snack");
    wait_until(is_told);
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], 0);
    ck_assert_ptr_nonnull(find(page_map(), "content", "Saved 3 notes"));
    ck_assert_ptr_nonnull(find(tr_cm_find(&tr_lab_look(here, 0)->page, OVERLAY), "key", "above"));
}
END_TEST

Suite *prompts_suite(void);
Suite *prompts_suite(void)
{
    Suite *suite = suite_create("sdk/session/prompts");
    TCase *tcase = tcase_create("prompts");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_handler_waits_for_the_answer_of_its_question, 0,
                        (int)(sizeof answers / sizeof *answers));
    tcase_add_test(tcase, questions_are_answered_one_by_one);
    tcase_add_test(tcase, a_question_outlives_its_browser_but_not_its_session);
    tcase_add_test(tcase, a_sync_question_ends_with_its_session);
    tcase_add_test(tcase, dialogs_lie_on_each_other_and_close_from_the_top);
    tcase_add_test(tcase, a_snack_bar_tells_and_an_overlay_lies_above);
    suite_add_tcase(suite, tcase);
    return suite;
}
