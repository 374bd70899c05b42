#include "auth/state.h"

#include <check.h>
#include <string.h>

#include "troupe/err.h"

static tr_auth_settings settings;
static tr_buf text;
static tr_auth_state state;

static void set_up(void)
{
    text = (tr_buf){0};
    state = (tr_auth_state){.expires_s = 1234567890, .is_secure = true};
    ck_assert_int_eq(tr_signing_key_random(&settings.state_key), 0);
    ck_assert_int_eq(tr_signing_key_random(&settings.seal_key), 0);
    tr_session_id_make(state.token, 77);
    tr_session_id_make(state.session_id, 77);
    tr_auth_state_write(&state, &settings, &text);
}

static void tear_down(void)
{
    tr_buf_done(&text);
}

START_TEST(state_comes_back_as_it_went)
{
    tr_auth_state read;
    ck_assert_int_eq(tr_auth_state_read(tr_buf_slice(&text), &settings, &read), 0);
    ck_assert_str_eq(read.token, state.token);
    ck_assert_str_eq(read.session_id, state.session_id);
    ck_assert_uint_eq(read.expires_s, 1234567890);
    ck_assert(read.is_secure);
    ck_assert_int_eq(tr_session_id_shard(tr_slice_of(read.token)), 77);
}
END_TEST

// Whoever has it could come to the page before its browser does.
START_TEST(state_does_not_tell_the_session)
{
    ck_assert_ptr_null(memmem(text.data, text.size, state.session_id, TR_SESSION_ID_SIZE));
}
END_TEST

START_TEST(state_of_another_key_is_refused)
{
    tr_auth_state read;
    settings.seal_key.bytes[0] ^= 1;
    ck_assert_int_eq(tr_auth_state_read(tr_buf_slice(&text), &settings, &read), TR_EREFUSED);
    settings.seal_key.bytes[0] ^= 1;
    settings.state_key.bytes[0] ^= 1;
    ck_assert_int_eq(tr_auth_state_read(tr_buf_slice(&text), &settings, &read), TR_EREFUSED);
}
END_TEST

START_TEST(state_that_was_changed_or_cut_is_refused)
{
    tr_auth_state read;
    for (size_t i = 0; i < text.size; i++) {
        text.data[i] ^= 1;
        ck_assert_int_lt(tr_auth_state_read(tr_buf_slice(&text), &settings, &read), 0);
        text.data[i] ^= 1;
        ck_assert_int_eq(
            tr_auth_state_read((tr_slice){(char *)text.data, (uint32_t)i}, &settings, &read),
            TR_EMALFORMED);
    }
}
END_TEST

static const char *const bad[] = {"",        ".",      "...",        "....",
                                  "a.b.c.d", "a.1.s.", "\xff.1.s.x", "a.b.c.d.e"};

START_TEST(state_that_is_none_is_malformed)
{
    tr_auth_state read;
    ck_assert_int_eq(tr_auth_state_read(tr_slice_of(bad[_i]), &settings, &read), TR_EMALFORMED);
}
END_TEST

Suite *auth_state_suite(void);
Suite *auth_state_suite(void)
{
    Suite *suite = suite_create("auth/state");
    TCase *tcase = tcase_create("state");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, state_comes_back_as_it_went);
    tcase_add_test(tcase, state_does_not_tell_the_session);
    tcase_add_test(tcase, state_of_another_key_is_refused);
    tcase_add_test(tcase, state_that_was_changed_or_cut_is_refused);
    tcase_add_loop_test(tcase, state_that_is_none_is_malformed, 0, sizeof bad / sizeof *bad);
    suite_add_tcase(suite, tcase);
    return suite;
}
