// Who is in front of a session: whose browser's it is, what was signed in, and what a file and a browser
// keep of it.

#include "sdk/api/account.h"
#include "sdk/session/identity.h"

#include <check.h>
#include <stdio.h>

#include "actors/core/core.h"
#include "auth/settings.h"
#include "sdk/session/identity_file.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "sdk/session/sign_ins.h"
#include "sdk/session/snapshots.h"
#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/close_code.h"
#include "wire/writer.h"

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
_Static_assert(sizeof KEY_A == TR_BROWSER_KEY_SIZE + 1, "a key");

static lab *stage;
static tr_auth_settings settings;
static tr_auth_settings others; // another secret
static unsigned logins;

TR_ASYNC(identity_on_login)
{
    logins += tr_user_of(ev) != NULL;
}

TR_ASYNC(identity_finish)
{
}

static void build(tr_page *page)
{
    ui_on(page, NULL, "login", identity_on_login);
}

static tr_provider provider = {.name = "p", .client_id = "me", .issuer = "https://p.example"};
static tr_provider *const providers[] = {&provider, NULL};
static tr_provider other = {.name = "an other", .client_id = "me", .issuer = "https://o.example"};
static tr_provider *const several[] = {&provider, &other, NULL};
static const tr_app app_of_several = {.name = "Identity", .build = build, .providers = several};
static const tr_app app = {.name = "Identity", .build = build, .providers = providers};

static void set_up(void)
{
    logins = 0;
    settings = (tr_auth_settings){.path = "/oauth_callback",
                                  .cookie_path = "/",
                                  .state_timeout_s = 600,
                                  .is_key_given = true};
    others = settings;
    tr_auth_keys_derive(TR_SLICE("ours"), &settings);
    tr_auth_keys_derive(TR_SLICE("another one"), &others);
    stage = tr_lab_start(&app, 60000);
    tr_lab_open(stage, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&stage);
}

static void write_account(tr_buf *out)
{
    tr_write_array(out, 6);
    tr_write_literal(out, "p");
    tr_write_array(out, 6);
    for (unsigned i = 0; i < 4; i++)
        tr_write_literal(out, i == 0 ? "ada" : "");
    tr_write_array(out, 0);
    tr_write_map(out, 0);
    tr_write_literal(out, "the access token");
    tr_write_literal(out, "the refresh token");
    tr_write_unsigned(out, 0);
    tr_write_literal(out, "the ID token");
}

static int sign_in(tr_session *session, const char *key)
{
    tr_buf account = {0};
    write_account(&account);
    session->sessions->auth_settings = &settings;
    int result = tr_identity_sign_in(session, tr_slice_of(key), tr_buf_slice(&account));
    tr_buf_done(&account);
    return result;
}

static tr_msg_session_open open_with(const char *key)
{
    return (tr_msg_session_open){.browser_key = tr_slice_of(key),
                                 .origin = TR_SLICE("https://app.example")};
}

static void attach(tr_session *session, const char *key)
{
    tr_msg_session_open open = open_with(key);
    tr_identity_on_attach(session, &open);
    tr_identity_settle(session);
}

static bool admits(tr_session *session, const char *key)
{
    tr_msg_session_open open = open_with(key);
    return tr_identity_refusal(session, &open) == NULL;
}

static int tell(tr_session *session)
{
    tr_buf out = {0};
    int result = tr_identity_tell(session, &out);
    tr_buf_done(&out);
    return result;
}

static void sign_in_without_cookie(tr_session *session, void *arg)
{
    (void)arg;
    ck_assert(admits(session, "") && admits(session, KEY_A));
    ck_assert_int_eq(sign_in(session, KEY_A), 0);
    // The browser that is attached has not shown that it is the one.
    ck_assert_int_eq(tell(session), TR_ENOTFOUND);
    ck_assert(!admits(session, "") && !admits(session, KEY_B) && admits(session, KEY_A));
    ck_assert_int_eq(sign_in(session, KEY_B), TR_EREFUSED);
}

static void come_back(tr_session *session, void *arg)
{
    (void)arg;
    attach(session, KEY_A);
    ck_assert_int_eq(tell(session), 0);
    tr_buf farewell = {0};
    ck_assert_int_eq(tr_identity_sign_out(session, &farewell), 0);
    tr_reader in = tr_reader_of(tr_buf_slice(&farewell));
    ck_assert_uint_eq(tr_reader_array(&in), 3);
    ck_assert(tr_slice_is(tr_reader_text(&in), "p"));
    ck_assert(tr_slice_is(tr_reader_text(&in), "the ID token"));
    ck_assert(tr_slice_is(tr_reader_text(&in), "https://app.example/"));
    tr_buf_done(&farewell);
    ck_assert_int_eq(tr_identity_sign_out(session, NULL), TR_ENOTFOUND);
    ck_assert_int_eq(tell(session), TR_ENOTFOUND);
    ck_assert(!admits(session, "")); // it stays that browser's
}

START_TEST(account_counts_once_its_browser_has_come)
{
    tr_lab_do(stage, 0, sign_in_without_cookie, NULL);
    ck_assert_uint_eq(tr_lab_look(stage, 0)->close_code, TR_CLOSE_RESTART);
    ck_assert_uint_eq(logins, 0);
    tr_lab_do(stage, 0, come_back, NULL);
}
END_TEST

static void sign_in_with_cookie(tr_session *session, void *arg)
{
    (void)arg;
    attach(session, KEY_A);
    ck_assert_int_eq(sign_in(session, KEY_A), 0);
    ck_assert_int_eq(tell(session), 0);
}

START_TEST(browser_that_has_its_cookie_stays_attached)
{
    tr_lab_do(stage, 0, sign_in_with_cookie, NULL);
    ck_assert_uint_eq(tr_lab_look(stage, 0)->close_code, 0);
    ck_assert_uint_eq(logins, 1);
}
END_TEST

static void keep_and_bring_back(tr_session *session, void *arg)
{
    tr_buf text = {0};
    tr_buf account = {0};
    (void)arg;
    ck_assert_int_eq(tr_identity_save(session, &text), TR_ENOTFOUND);
    attach(session, KEY_A);
    ck_assert_int_eq(sign_in(session, KEY_A), 0);
    ck_assert_int_eq(tr_identity_save(session, &text), 0);
    ck_assert_ptr_null(memmem(text.data, text.size, "token", 5));
    ck_assert_int_eq(tr_identity_restore(session, tr_buf_slice(&text), &account), 0);
    ck_assert_ptr_nonnull(memmem(account.data, account.size, "the refresh token", 17));
    ck_assert_int_eq(tr_identity_restore(session, (tr_slice){(char *)text.data, 30}, &account),
                     TR_EREFUSED);
    ck_assert_int_eq(tr_identity_restore(session, TR_SLICE("?"), &account), TR_EREFUSED);
    attach(session, KEY_B);
    ck_assert_int_eq(tr_identity_restore(session, tr_buf_slice(&text), &account), TR_EREFUSED);
    attach(session, KEY_A);
    session->sessions->auth_settings = &others;
    ck_assert_int_eq(tr_identity_restore(session, tr_buf_slice(&text), &account), TR_EREFUSED);
    others.is_key_given = false;
    text.size = 0;
    ck_assert_int_eq(tr_identity_save(session, &text), TR_EUNAVAILABLE);
    tr_buf_done(&text);
    tr_buf_done(&account);
}

START_TEST(sign_in_is_kept_for_its_own_browser)
{
    tr_lab_do(stage, 0, keep_and_bring_back, NULL);
}
END_TEST

static void read_old_account(tr_session *session, void *arg)
{
    static const char account[] = "\x95\xa1p\x96\xa3"
                                  "ada\xa0\xa0\xa0\x90\x80\xa1"
                                  "a\xa1r\x07";
    static const char file[] = "\x96\xa0\xa0\xa0\xa0\xc3"
                               "\x95\xa1p\x96\xa3"
                               "ada\xa0\xa0\xa0\x90\x80\xa1"
                               "a\xa1r\x07";
    tr_reader in = tr_reader_of(TR_SLICE(file));
    tr_account_view view = {0};
    (void)arg;
    ck_assert_int_eq(tr_identity_read(session, &in), 0);
    ck_assert(tr_reader_at_end(&in));
    ck_assert_int_eq(tr_identity_renew(session, TR_SLICE(account)), 0);
    tr_buf_append(&view.bytes, account, sizeof account - 1);
    ck_assert_int_eq(tr_account_view_read(&view), 0);
    ck_assert_uint_eq(view.expires_s, 7);
    ck_assert_uint_eq(view.id_token.size, 0);
    view.bytes.size = 0;
    ck_assert_int_eq(tr_identity_tell(session, &view.bytes), 0);
    ck_assert_int_eq(tr_account_view_read(&view), 0);
    ck_assert_uint_eq(view.expires_s, 7);
    ck_assert_uint_eq(view.id_token.size, 0);
    tr_account_view_done(&view);
}

START_TEST(account_of_an_earlier_version_is_read)
{
    tr_lab_do(stage, 0, read_old_account, NULL);
}
END_TEST

static void write_terms(const char *name, const char *redirect_url, tr_buf *out)
{
    tr_write_array(out, 6);
    tr_write_text(out, tr_slice_of(name));
    tr_write_text(out, tr_slice_of(redirect_url));
    tr_write_literal(out, "openid");
    tr_write_boolean(out, false);
    tr_write_boolean(out, false);
    tr_write_literal(out, "identity_finish");
}

static int begin(tr_session *session, tr_buf *out)
{
    tr_buf terms = {0};
    write_terms("p", "", &terms);
    out->size = 0;
    int result = tr_sign_in_begin(session, tr_buf_slice(&terms), out);
    tr_buf_done(&terms);
    return result;
}

static tr_slice state_in(const tr_buf *begun)
{
    tr_reader in = tr_reader_of(tr_buf_slice(begun));
    (void)tr_reader_array(&in);
    return tr_reader_text(&in);
}

static void serve_behind_a_proxy(tr_session *session, void *arg)
{
    tr_msg_session_open ada = open_with("");
    tr_msg_session_open eve = open_with("");
    tr_buf account = {0};
    (void)arg;
    ada.user = TR_SLICE("ada");
    ada.user_groups = TR_SLICE("one, two");
    eve.user = TR_SLICE("eve");
    ck_assert_str_eq(tr_identity_refusal(session, &ada), "user"); // somebody else began it
    tr_identity_on_attach(session, &ada);
    ck_assert_ptr_null(tr_identity_refusal(session, &ada));
    ck_assert_str_eq(tr_identity_refusal(session, &eve), "user");
    ck_assert(!admits(session, "") && !admits(session, KEY_A));
    ck_assert_int_eq(tr_identity_tell(session, &account), 0);
    ck_assert_ptr_nonnull(memmem(account.data, account.size, "\x92\xa3one\xa3two", 9));
    tr_buf_done(&account);
}

START_TEST(session_behind_a_proxy_is_its_users)
{
    tr_lab_do(stage, 0, serve_behind_a_proxy, NULL);
}
END_TEST

static void begin_too_many(tr_session *session, void *arg)
{
    tr_buf begun = {0};
    (void)arg;
    session->sessions->auth_settings = &settings;
    ck_assert_int_eq(begin(session, &begun), TR_EUNAVAILABLE); // where is the page?
    attach(session, "");
    for (unsigned i = 0; i < TR_SIGN_INS_CAP; i++)
        ck_assert_int_eq(begin(session, &begun), 0);
    tr_buf last = begun;
    begun = (tr_buf){0};
    ck_assert_int_eq(begin(session, &begun), TR_EFULL);
    tr_slice state = state_in(&last);
    ck_assert_ptr_nonnull(
        tr_sign_in_find(session->sessions, (tr_slice){state.data, TR_SESSION_ID_SIZE}));
    tr_sign_in_cancel(session, state);
    ck_assert_ptr_null(
        tr_sign_in_find(session->sessions, (tr_slice){state.data, TR_SESSION_ID_SIZE}));
    ck_assert_int_eq(begin(session, &begun), 0);
    session->identity->sign_ins->expires_s = 1; // over
    ck_assert_int_eq(begin(session, &begun), 0);
    tr_buf_done(&begun);
    tr_buf_done(&last);
}

START_TEST(sign_ins_under_way_are_bounded)
{
    tr_lab_do(stage, 0, begin_too_many, NULL);
}
END_TEST

static void begin_at(tr_session *session, const char *name, const char *redirect_url)
{
    tr_buf terms = {0};
    tr_buf begun = {0};
    write_terms(name, redirect_url, &terms);
    ck_assert_int_eq(tr_sign_in_begin(session, tr_buf_slice(&terms), &begun), 0);
    tr_buf_done(&terms);
    tr_buf_done(&begun);
}

static bool is_place(const tr_session *session, const char *place)
{
    return tr_sign_in_is_place(session->identity->sign_ins, tr_slice_of(place));
}

static void look_at_places(tr_session *session, void *arg)
{
    (void)arg;
    session->sessions->auth_settings = &settings;
    attach(session, "");
    begin_at(session, "p", "");
    ck_assert(is_place(session, "") && !is_place(session, "p"));
    session->sessions->app = &app_of_several;
    begin_at(session, "an other", "");
    ck_assert_str_eq(session->identity->sign_ins->redirect_url,
                     "https://app.example/oauth_callback/an%20other");
    ck_assert(is_place(session, "an other"));
    ck_assert(!is_place(session, "p") && !is_place(session, ""));
    // What an app says itself it may say with such a part, or without.
    begin_at(session, "p", "https://app.example/x/oauth_callback");
    ck_assert(is_place(session, "") && !is_place(session, "p"));
    begin_at(session, "p", "https://app.example/x/oauth_callback/p");
    ck_assert(is_place(session, "p") && !is_place(session, ""));
    session->sessions->app = &app;
}

// A code of the one must not come to the other (RFC 9700 section 4.4).
START_TEST(each_of_several_providers_has_an_address_of_its_own)
{
    tr_lab_do(stage, 0, look_at_places, NULL);
}
END_TEST

static void write_down(tr_session *session, void *arg)
{
    tr_buf begun = {0};
    tr_buf *file = arg;
    attach(session, KEY_A);
    ck_assert_int_eq(sign_in(session, KEY_A), 0);
    ck_assert_int_eq(begin(session, &begun), 0);
    tr_identity_file_write(session, file);
    ck_assert_ptr_null(memmem(file->data, file->size, "token", 5));
    tr_buf_done(&begun);
    tr_sign_ins_free(session); // its tokens would be known twice
}

static void read_back(tr_session *session, void *arg)
{
    const tr_buf *file = arg;
    tr_reader in = tr_reader_of(tr_buf_slice(file));
    session->sessions->auth_settings = &settings;
    ck_assert_int_eq(tr_identity_file_read(session, &in), 0);
    ck_assert_int_eq(tell(session), 0);
    ck_assert(admits(session, KEY_A) && !admits(session, KEY_B));
    ck_assert_ptr_nonnull(session->identity->sign_ins);
    ck_assert_str_eq(session->identity->sign_ins->redirect_url,
                     "https://app.example/oauth_callback");
}

static void read_with_another_secret(tr_session *session, void *arg)
{
    const tr_buf *file = arg;
    tr_reader in = tr_reader_of(tr_buf_slice(file));
    session->sessions->auth_settings = &others;
    ck_assert_int_eq(tr_identity_file_read(session, &in), TR_EREFUSED);
    ck_assert_ptr_null(session->identity->account);
}

START_TEST(file_has_it_encrypted)
{
    tr_buf file = {0};
    tr_lab_do(stage, 0, write_down, &file);
    tr_lab_open(stage, 1, NULL, true);
    tr_lab_do(stage, 1, read_with_another_secret, &file);
    tr_lab_do(stage, 1, read_back, &file);
    tr_buf_done(&file);
}
END_TEST

static void sign_in_and_touch(tr_session *session, void *arg)
{
    (void)arg;
    ck_assert_int_eq(sign_in(session, KEY_A), 0);
    tr_snapshot_touch(session, false);
}

static void put_out_of_memory(tr_session *session, void *arg)
{
    (void)arg;
    ck_assert(tr_snapshot_is_written(session));
    tr_session_end(session);
}

static void set_secret(tr_core *core, void *arg)
{
    tr_sessions *sessions = tr_core_role(core, TR_ROLE_SLOT_SDK);
    sessions->auth_settings = arg;
}

// Its sign-in cannot be read: somebody has forgotten the secret of before. A new page in its place would be
// a loss for good.
START_TEST(page_whose_secret_is_not_there_waits_in_the_store)
{
    char id[32];
    tr_lab_stop(&stage);
    stage = tr_lab_start_stored(&app, "memory");
    tr_lab_open(stage, 0, NULL, true);
    tr_lab_do(stage, 0, sign_in_and_touch, NULL);
    snprintf(id, sizeof id, "%s", tr_lab_look(stage, 0)->session_id);
    ck_assert_int_ge(tr_lab_advance(stage, 2000), 0);
    tr_lab_do(stage, 0, put_out_of_memory, NULL);
    tr_lab_on_core(stage, set_secret, &others);
    tr_lab_open(stage, 1, id, true);
    ck_assert_int_ge(tr_lab_advance(stage, 1000), 0);
    ck_assert_uint_eq(tr_lab_look(stage, 1)->close_code, 1013);
    ck_assert_uint_eq(tr_lab_session_count(stage), 0);
    tr_lab_on_core(stage, set_secret, &settings);
    tr_lab_open(stage, 2, id, true);
    ck_assert_int_ge(tr_lab_advance(stage, 1000), 0);
    // It is there again; this browser, which has not the cookie, got one of its own.
    ck_assert_uint_eq(tr_lab_session_count(stage), 2);
}
END_TEST

Suite *sdk_session_identity_suite(void);
Suite *sdk_session_identity_suite(void)
{
    Suite *suite = suite_create("sdk/session/identity");
    TCase *tcase = tcase_create("identity");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, account_counts_once_its_browser_has_come);
    tcase_add_test(tcase, browser_that_has_its_cookie_stays_attached);
    tcase_add_test(tcase, sign_in_is_kept_for_its_own_browser);
    tcase_add_test(tcase, account_of_an_earlier_version_is_read);
    tcase_add_test(tcase, session_behind_a_proxy_is_its_users);
    tcase_add_test(tcase, sign_ins_under_way_are_bounded);
    tcase_add_test(tcase, each_of_several_providers_has_an_address_of_its_own);
    tcase_add_test(tcase, file_has_it_encrypted);
    tcase_add_test(tcase, page_whose_secret_is_not_there_waits_in_the_store);
    suite_add_tcase(suite, tcase);
    return suite;
}
