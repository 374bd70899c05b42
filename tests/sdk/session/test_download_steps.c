// What a session says to gateways about its downloads, as they ask: one page must not have all of a core
// thread's.

#include "sdk/session/download_steps.h"

#include <check.h>

#include "base/refusals.h"
#include "sdk/session/downloads.h"
#include "steps_stage.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/writer.h"

enum { URLS = TR_DOWNLOADS_AT_ONCE_CAP + 1 };

static const tr_upload_settings settings = {.path = "/download"};
static char tokens[URLS][TR_SESSION_ID_SIZE + 1];

static void make_urls(tr_session *session, void *arg)
{
    (void)arg;
    session->sessions->download_settings = &settings;
    for (unsigned i = 0; i < URLS; i++) {
        tr_buf terms = {0};
        tr_buf url = {0};
        tr_write_array(&terms, 7);
        tr_write_literal(&terms, "a file");
        tr_write_literal(&terms, "text/plain");
        tr_write_unsigned(&terms, TR_DOWNLOAD_FROM_BYTES);
        tr_write_bytes(&terms, TR_SLICE("some bytes"));
        tr_write_literal(&terms, "");
        tr_write_unsigned(&terms, 0);
        tr_write_unsigned(&terms, 0);
        ck_assert_int_eq(tr_downloads_make(session, tr_buf_slice(&terms), &url), 0);
        memcpy(tokens[i], tr_upload_url_token(tr_buf_slice(&url)).data, TR_SESSION_ID_SIZE);
        tr_buf_done(&terms);
        tr_buf_done(&url);
    }
}

static void set_up(void)
{
    steps_set_up(make_urls);
}

static int ask(unsigned url, enum tr_download_step step, uint64_t attempt)
{
    return steps_ask(TR_MSG_download_step,
                     &(tr_msg_download_step){.token = tr_slice_of(tokens[url]),
                                             .step = (uint16_t)step,
                                             .attempt = attempt,
                                             .cap = 100});
}

START_TEST(a_page_has_so_many_downloads_under_way)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_SESSION_DOWNLOADS);
    for (unsigned i = 0; i < TR_DOWNLOADS_AT_ONCE_CAP; i++)
        ck_assert_int_eq(ask(i, TR_DOWNLOAD_STEP_BEGIN, i + 1), 0);
    // Gateways ask again for a while; that is one download that waits.
    ck_assert_int_eq(ask(URLS - 1, TR_DOWNLOAD_STEP_BEGIN, 99), TR_EFULL);
    ck_assert_int_eq(ask(URLS - 1, TR_DOWNLOAD_STEP_BEGIN, 99), TR_EFULL);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_SESSION_DOWNLOADS), before + 1);
    ck_assert_int_eq(ask(URLS - 1, TR_DOWNLOAD_STEP_LOOK, 99), 0);
    // Those that are under way go on.
    ck_assert_int_eq(ask(0, TR_DOWNLOAD_STEP_READ, 1), 0);
    ck_assert_int_eq(ask(0, TR_DOWNLOAD_STEP_DONE, 1), 0);
    ck_assert_int_eq(ask(URLS - 1, TR_DOWNLOAD_STEP_BEGIN, 99), 0);
}
END_TEST

static void age(tr_session *session, void *arg)
{
    (void)arg;
    session->downloads->heard_s -= TR_DOWNLOAD_SILENCE_S + 1; // the last that was made, and began
}

START_TEST(one_that_is_not_heard_of_any_more_keeps_nobody_out)
{
    for (unsigned i = 1; i < URLS; i++)
        ck_assert_int_eq(ask(i, TR_DOWNLOAD_STEP_BEGIN, i + 1), 0);
    ck_assert_int_eq(ask(0, TR_DOWNLOAD_STEP_BEGIN, 99), TR_EFULL);
    steps_do(age, NULL);
    ck_assert_int_eq(ask(0, TR_DOWNLOAD_STEP_BEGIN, 99), 0);
}
END_TEST

START_TEST(one_that_broke_makes_room)
{
    for (unsigned i = 0; i < TR_DOWNLOADS_AT_ONCE_CAP; i++)
        ck_assert_int_eq(ask(i, TR_DOWNLOAD_STEP_BEGIN, i + 1), 0);
    ck_assert_int_eq(ask(3, TR_DOWNLOAD_STEP_BROKEN, 4), 0);
    ck_assert_int_eq(ask(URLS - 1, TR_DOWNLOAD_STEP_BEGIN, 99), 0);
    ck_assert_int_eq(ask(3, TR_DOWNLOAD_STEP_BEGIN, 100), TR_EFULL);
}
END_TEST

Suite *session_download_steps_suite(void);
Suite *session_download_steps_suite(void)
{
    Suite *suite = suite_create("sdk/session/download_steps");
    TCase *room = tcase_create("room");
    tcase_add_checked_fixture(room, set_up, steps_tear_down);
    tcase_set_timeout(room, 60);
    tcase_add_test(room, a_page_has_so_many_downloads_under_way);
    tcase_add_test(room, one_that_broke_makes_room);
    tcase_add_test(room, one_that_is_not_heard_of_any_more_keeps_nobody_out);
    suite_add_tcase(suite, room);
    return suite;
}
