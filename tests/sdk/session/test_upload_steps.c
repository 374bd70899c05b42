// What a session says to gateways about its uploads, as they ask: one page must not have all of a core
// thread's.

#include "sdk/session/upload_steps.h"

#include <check.h>

#include "base/refusals.h"
#include "sdk/session/uploads.h"
#include "steps_stage.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/writer.h"

enum { URLS = TR_UPLOADS_AT_ONCE_CAP + 1 };

static const tr_upload_settings settings = {
    .folder = "/tmp", .path = "/upload", .size_max = TR_UPLOAD_NO_LIMIT};
static char tokens[URLS][TR_SESSION_ID_SIZE + 1];

static void make_urls(tr_session *session, void *arg)
{
    (void)arg;
    session->sessions->upload_settings = &settings;
    for (unsigned i = 0; i < URLS; i++) {
        tr_buf terms = {0};
        tr_buf url = {0};
        tr_write_array(&terms, 6);
        tr_write_literal(&terms, "a file");
        tr_write_unsigned(&terms, 0);
        tr_write_unsigned(&terms, 0);
        tr_write_boolean(&terms, false);
        tr_write_literal(&terms, "");
        tr_write_unsigned(&terms, 0);
        ck_assert_int_eq(tr_uploads_make(session, tr_buf_slice(&terms), &url), 0);
        memcpy(tokens[i], tr_upload_url_token(tr_buf_slice(&url)).data, TR_SESSION_ID_SIZE);
        tr_buf_done(&terms);
        tr_buf_done(&url);
    }
}

static void set_up(void)
{
    steps_set_up(make_urls);
}

static int ask(unsigned url, enum tr_upload_step step, uint64_t attempt)
{
    return steps_ask(TR_MSG_upload_step, &(tr_msg_upload_step){.token = tr_slice_of(tokens[url]),
                                                               .step = (uint16_t)step,
                                                               .attempt = attempt});
}

START_TEST(a_page_has_so_many_uploads_under_way)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_SESSION_UPLOADS);
    for (unsigned i = 0; i < TR_UPLOADS_AT_ONCE_CAP; i++)
        ck_assert_int_eq(ask(i, TR_UPLOAD_STEP_BEGIN, i + 1), 0);
    // Gateways ask again for a while; that is one upload that waits.
    ck_assert_int_eq(ask(URLS - 1, TR_UPLOAD_STEP_BEGIN, 99), TR_EFULL);
    ck_assert_int_eq(ask(URLS - 1, TR_UPLOAD_STEP_BEGIN, 99), TR_EFULL);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_SESSION_UPLOADS), before + 1);
    // One that comes again for a file that is under way takes its own place.
    ck_assert_int_eq(ask(0, TR_UPLOAD_STEP_BEGIN, 50), 0);
    ck_assert_int_eq(ask(0, TR_UPLOAD_STEP_PROGRESS, 1), TR_EFENCED);
    ck_assert_int_eq(ask(1, TR_UPLOAD_STEP_KEEP, 2), 0);
    ck_assert_int_eq(ask(URLS - 1, TR_UPLOAD_STEP_BEGIN, 99), TR_EFULL);
    ck_assert_int_eq(ask(1, TR_UPLOAD_STEP_STORED, 2), 0);
    ck_assert_int_eq(ask(URLS - 1, TR_UPLOAD_STEP_BEGIN, 99), 0);
}
END_TEST

START_TEST(one_that_failed_makes_room)
{
    for (unsigned i = 0; i < TR_UPLOADS_AT_ONCE_CAP; i++)
        ck_assert_int_eq(ask(i, TR_UPLOAD_STEP_BEGIN, i + 1), 0);
    ck_assert_int_eq(ask(3, TR_UPLOAD_STEP_FAILED, 4), 0);
    ck_assert_int_eq(ask(URLS - 1, TR_UPLOAD_STEP_BEGIN, 99), 0);
    ck_assert_int_eq(ask(3, TR_UPLOAD_STEP_BEGIN, 100), TR_EFULL);
}
END_TEST

static void age(tr_session *session, void *arg)
{
    (void)arg;
    session->uploads->heard_s -= 61; // the last that was made, and began
}

START_TEST(one_that_is_not_heard_of_any_more_keeps_nobody_out)
{
    for (unsigned i = 1; i < URLS; i++)
        ck_assert_int_eq(ask(i, TR_UPLOAD_STEP_BEGIN, i + 1), 0);
    ck_assert_int_eq(ask(0, TR_UPLOAD_STEP_BEGIN, 99), TR_EFULL);
    steps_do(age, NULL);
    ck_assert_int_eq(ask(0, TR_UPLOAD_STEP_BEGIN, 99), 0);
}
END_TEST

Suite *session_upload_steps_suite(void);
Suite *session_upload_steps_suite(void)
{
    Suite *suite = suite_create("sdk/session/upload_steps");
    TCase *tcase = tcase_create("steps");
    tcase_add_checked_fixture(tcase, set_up, steps_tear_down);
    tcase_add_test(tcase, a_page_has_so_many_uploads_under_way);
    tcase_add_test(tcase, one_that_failed_makes_room);
    tcase_add_test(tcase, one_that_is_not_heard_of_any_more_keeps_nobody_out);
    suite_add_tcase(suite, tcase);
    return suite;
}
