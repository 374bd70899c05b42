// A person types, a handler changes what was typed, and the line between them is slow. The browser here
// does what client/src/core/rebase.ts does.

#include "sdk/tree/typing.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "sdk/tree/text_merge.h"
#include "tests/support/tree_pair.h"
#include "wire/limits.h"

Suite *sdk_tree_typing_suite(void);

enum { SENT_CAP = 600, TEXT_CAP = 200 };

typedef struct report {
    uint32_t number;
    uint32_t seen;
    char text[TEXT_CAP];
} report;

typedef struct packet {
    uint32_t number;
    uint32_t taken;
    char text[TEXT_CAP];
} packet;

// What is typed, as the browser sees it now, and as it was when it went out.
static struct {
    char text[TEXT_CAP];
    report sent[SENT_CAP];
    char before[SENT_CAP][TEXT_CAP];
    char after[SENT_CAP][TEXT_CAP];
    uint32_t count;
    uint32_t seen;
} browser;

static struct {
    packet packets[SENT_CAP * 2];
    uint32_t count;
    uint32_t taken;   // of the browser's reports
    uint32_t handled; // of their events
    uint32_t base;
} server;

typedef void handler(const char *text, char *out);

static tr_node *field;
static uint32_t seed;

static uint32_t pick(uint32_t below)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % below;
}

static uint32_t base_of(void *session, const tr_node *node, tr_prop_id prop)
{
    (void)session;
    (void)node;
    (void)prop;
    return server.base;
}

static void copy(char *to, tr_slice from)
{
    ck_assert_uint_lt(from.size, TEXT_CAP);
    if (from.size != 0)
        memcpy(to, from.data, from.size);
    to[from.size] = '\0';
}

static void put(char *to, const char *from)
{
    memmove(to, from, strlen(from) + 1);
}

static const char *held(void)
{
    static char text[TEXT_CAP];
    copy(text, tr_node_get(field, TR_PROP_VALUE).slice);
    return text;
}

static void merge(const char *base, const char *mine, const char *theirs, char *to)
{
    tr_buf out = {0};
    tr_text_merge(tr_slice_of(base), tr_slice_of(mine), tr_slice_of(theirs), &out);
    copy(to, tr_buf_slice(&out));
    tr_buf_done(&out);
}

static void set_up(void)
{
    pair_up();
    memset(&browser, 0, sizeof browser);
    memset(&server, 0, sizeof server);
    server.base = TR_TYPING_NOW;
    field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_node_set(field, TR_PROP_ON_CHANGE, tr_value_handler(pair_handler(0)));
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, field);
    pair_send_page(false);
    tr_tree_begin_typing(pair_tree, true);
}

// -- the browser --

static void type(const char *text)
{
    uint32_t at = browser.count++;
    ck_assert_uint_lt(at, SENT_CAP);
    put(browser.before[at], browser.text);
    put(browser.after[at], text);
    put(browser.text, text);
    browser.sent[at] = (report){.number = at + 1, .seen = browser.seen};
    put(browser.sent[at].text, text);
}

static void append(char letter)
{
    char text[TEXT_CAP + 1];
    snprintf(text, sizeof text, "%s%c", browser.text, letter);
    type(text);
}

static bool see(void)
{
    if (browser.seen == server.count)
        return false;
    const packet *one = &server.packets[browser.seen++];
    char text[TEXT_CAP];
    put(text, one->text);
    for (uint32_t i = one->taken; i < browser.count; i++) {
        char next[TEXT_CAP];
        merge(browser.before[i], browser.after[i], text, next);
        put(browser.before[i], text);
        put(browser.after[i], next);
        put(text, next);
    }
    put(browser.text, text);
    return true;
}

// -- the server --

static bool take(void)
{
    if (server.taken == browser.count)
        return false;
    const report *one = &browser.sent[server.taken++];
    tr_tree_receive_typing(pair_tree, &(tr_typing_report){.number = one->number,
                                                          .seen = one->seen,
                                                          .settled = server.handled,
                                                          .base = base_of});
    pair_client_sets(field->id, "value", tr_value_text(tr_slice_of(one->text)));
    return true;
}

// The handler of the next event, which sees the text as it was then.
static bool handle(handler *run)
{
    if (server.handled == server.taken)
        return false;
    server.base = ++server.handled;
    char text[TEXT_CAP];
    char wanted[TEXT_CAP];
    copy(text, tr_tree_typing_at(pair_tree, field, TR_PROP_VALUE, server.base,
                                 tr_node_get(field, TR_PROP_VALUE).slice));
    run(text, wanted);
    ck_assert_int_eq(tr_tree_set_text(pair_tree, field, tr_slice_of(wanted)), 0);
    server.base = TR_TYPING_NOW;
    return true;
}

static bool send(void)
{
    tr_buf out = {0};
    bool is_due = tr_tree_has_unsent_typing(pair_tree);
    int written = tr_tree_flush(pair_tree, &out);
    tr_buf_done(&out);
    if (written == 0)
        return false;
    ck_assert(is_due);
    packet *one = &server.packets[server.count++];
    *one = (packet){.number = server.count, .taken = server.taken};
    put(one->text, held());
    tr_tree_sent_typing(pair_tree, one->number);
    return true;
}

static void settle(handler *run)
{
    bool goes_on = true;
    while (goes_on) {
        goes_on = take();
        goes_on |= handle(run);
        goes_on |= send();
        goes_on |= see();
    }
    ck_assert_str_eq(browser.text, held());
}

// -- handlers --

static char said[TEXT_CAP];

static void upper(const char *text, char *out)
{
    while (*text != '\0')
        *out++ = (char)toupper((unsigned char)*text++);
    *out = '\0';
}

static void digits(const char *text, char *out)
{
    for (; *text != '\0'; text++)
        if (isdigit((unsigned char)*text))
            *out++ = *text;
    *out = '\0';
}

static void thousands(const char *text, char *out)
{
    char plain[TEXT_CAP];
    digits(text, plain);
    size_t size = strlen(plain);
    for (size_t i = 0; i < size; i++) {
        if (i != 0 && (size - i) % 3 == 0)
            *out++ = ',';
        *out++ = plain[i];
    }
    *out = '\0';
}

static void cut(const char *text, char *out)
{
    snprintf(out, TEXT_CAP, "%.8s", text);
}

// Sends what stands in front of an Enter.
static void submit(const char *text, char *out)
{
    const char *enter = strchr(text, '\n');
    if (enter == NULL) {
        put(out, text);
        return;
    }
    snprintf(said + strlen(said), TEXT_CAP - strlen(said), "%.*s;", (int)(enter - text), text);
    out[0] = '\0';
}

static void run_at_random(handler *run)
{
    switch (pick(4)) {
    case 0:
        (void)take();
        break;
    case 1:
        (void)handle(run);
        break;
    case 2:
        (void)send();
        break;
    default:
        (void)see();
    }
}

static void begin_anew(void)
{
    pair_down();
    set_up();
}

static void type_slowly(const char *text, handler *run, uint32_t most)
{
    for (; *text != '\0'; text++) {
        append(*text);
        for (uint32_t i = pick(most); i > 0; i--)
            run_at_random(run);
    }
    settle(run);
}

START_TEST(what_is_typed_behind_an_enter_arrives_whole)
{
    for (seed = 1; seed < 60; seed++) {
        begin_anew();
        said[0] = '\0';
        type_slowly("hello\nhow are you", submit, 6);
        ck_assert_str_eq(said, "hello;");
        ck_assert_str_eq(held(), "how are you");
    }
}
END_TEST

static const struct {
    handler *run;
    const char *typed;
    const char *held;
} fast[] = {{upper, "the quick brown fox", "THE QUICK BROWN FOX"},
            {thousands, "1234567890", "1,234,567,890"},
            {digits, "1a2b3c4d", "1234"},
            {cut, "0123456789", "01234567"}};

START_TEST(a_handler_that_rewrites_what_is_typed_fast_has_all_of_it)
{
    for (seed = 1; seed < 60; seed++) {
        begin_anew();
        type_slowly(fast[_i].typed, fast[_i].run, 8);
        if (fast[_i].run != cut)
            ck_assert_str_eq(held(), fast[_i].held);
        else
            ck_assert_uint_eq(strlen(held()), 8);
    }
}
END_TEST

// Somewhere in the text: letters, a deletion, a paste over what is selected.
static void edit(void)
{
    char text[TEXT_CAP];
    uint32_t size = (uint32_t)strlen(browser.text);
    uint32_t at = pick(size + 1);
    uint32_t gone = pick(4) == 0 ? pick(size - at + 1) : 0;
    static const char *const pieces[] = {"1", "a", "Bc", "", "12,3", "."};
    snprintf(text, sizeof text, "%.*s%s%s", (int)at, browser.text, size < 60 ? pieces[pick(6)] : "",
             browser.text + at + gone);
    type(text);
}

START_TEST(browser_and_server_come_to_the_same_text)
{
    handler *const all[] = {upper, digits, thousands, cut, submit};
    for (uint32_t round = 0; round < 300; round++) {
        begin_anew();
        seed = round;
        handler *run = all[round % 5];
        for (uint32_t i = 0; i < 60; i++) {
            edit();
            for (uint32_t j = pick(7); j > 0; j--)
                run_at_random(run);
        }
        settle(run);
    }
}
END_TEST

START_TEST(a_handler_that_sets_what_it_was_told_changes_nothing)
{
    append('a');
    append('b');
    append('c');
    while (take()) {
    }
    server.base = 1; // of the first report's event
    ck_assert_int_eq(tr_tree_set_text(pair_tree, field, TR_SLICE("a")), 0);
    ck_assert_str_eq(held(), "abc");
    ck_assert(!send());
    ck_assert_int_eq(tr_tree_set_text(pair_tree, field, TR_SLICE("A")), 0);
    ck_assert_str_eq(held(), "Abc");
}
END_TEST

START_TEST(a_field_that_was_emptied_while_a_letter_was_deleted_is_empty_in_the_browser)
{
    type("ab");
    while (take() || send()) {
    }
    server.handled = server.taken;
    ck_assert_int_eq(tr_tree_set_text(pair_tree, field, TR_SLICE("")), 0);
    type("a");
    ck_assert(take());
    ck_assert_str_eq(held(), "");
    ck_assert(send());
    ck_assert(see());
    ck_assert_str_eq(browser.text, "");
}
END_TEST

START_TEST(what_is_too_much_to_be_kept_simply_stands)
{
    static char long_text[TR_TYPING_CAP_BYTES / 2];
    memset(long_text, 'x', sizeof long_text);
    tr_slice text = {long_text, sizeof long_text};
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_int_eq(tr_tree_set_text(pair_tree, field, text), 0);
        tr_buf out = {0};
        (void)tr_tree_flush(pair_tree, &out);
        tr_buf_done(&out);
        tr_tree_sent_typing(pair_tree, ++server.count);
        long_text[0]++;
    }
    type("short");
    ck_assert(take());
    ck_assert_uint_gt(strlen("short") + sizeof long_text,
                      tr_node_get(field, TR_PROP_VALUE).slice.size);
}
END_TEST

static void set_and_send(const char *text)
{
    ck_assert_int_eq(tr_tree_set_text(pair_tree, field, tr_slice_of(text)), 0);
    tr_buf out = {0};
    (void)tr_tree_flush(pair_tree, &out);
    tr_buf_done(&out);
    tr_tree_sent_typing(pair_tree, ++server.count);
}

START_TEST(a_browser_that_is_far_behind_types_into_what_it_has)
{
    set_and_send("one");
    browser.seen = server.count;
    tr_tree_receive_typing(pair_tree, &(tr_typing_report){.number = 1, .seen = browser.seen});
    for (unsigned i = 0; i < TR_TYPING_VERSIONS_CAP + 8; i++) {
        char text[TEXT_CAP];
        snprintf(text, sizeof text, "one %u", i);
        set_and_send(text);
    }
    tr_tree_receive_typing(pair_tree, &(tr_typing_report){.number = 2, .seen = browser.seen});
    pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("+one")));
    ck_assert_str_eq(held(), "+one 39");
}
END_TEST

// All of its versions hold the paste then.
START_TEST(a_long_paste_into_many_versions_keeps_the_bound)
{
    static char paste[100000];
    memset(paste, 'x', sizeof paste);
    field = tr_node_new(TR_CONTROL_TEXT_FIELD); // one without a handler
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, field);
    (void)pair_flush();
    for (unsigned i = 0; i < 20; i++)
        set_and_send(i % 2 == 0 ? "a" : "b");
    pair_client_sets(field->id, "value", tr_value_text((tr_slice){paste, sizeof paste}));
    ck_assert_uint_ge(tr_node_get(field, TR_PROP_VALUE).slice.size, sizeof paste);
    ck_assert_uint_le(tr_tree_typing_bytes(pair_tree), TR_TYPING_CAP_BYTES);
}
END_TEST

START_TEST(a_browser_that_does_not_count_is_believed)
{
    tr_tree_begin_typing(pair_tree, false);
    ck_assert_int_eq(tr_tree_set_text(pair_tree, field, TR_SLICE("set")), 0);
    pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("typed")));
    ck_assert_str_eq(held(), "typed");
    ck_assert(!tr_tree_has_unsent_typing(pair_tree));
}
END_TEST

Suite *sdk_tree_typing_suite(void)
{
    Suite *suite = suite_create("sdk/tree/typing");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, set_up, pair_down);
    tcase_add_test(tests, what_is_typed_behind_an_enter_arrives_whole);
    tcase_add_loop_test(tests, a_handler_that_rewrites_what_is_typed_fast_has_all_of_it, 0,
                        sizeof fast / sizeof *fast);
    tcase_add_test(tests, browser_and_server_come_to_the_same_text);
    tcase_add_test(tests, a_handler_that_sets_what_it_was_told_changes_nothing);
    tcase_add_test(tests,
                   a_field_that_was_emptied_while_a_letter_was_deleted_is_empty_in_the_browser);
    tcase_add_test(tests, what_is_too_much_to_be_kept_simply_stands);
    tcase_add_test(tests, a_browser_that_is_far_behind_types_into_what_it_has);
    tcase_add_test(tests, a_long_paste_into_many_versions_keeps_the_bound);
    tcase_add_test(tests, a_browser_that_does_not_count_is_believed);
    suite_add_tcase(suite, tests);
    return suite;
}
