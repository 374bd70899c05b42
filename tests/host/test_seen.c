#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "host/seen.h"
#include "troupe/err.h"
#include "wire/writer.h"

Suite *host_seen_suite(void);

// A row of each section, as a newer process might send it: with a field more.
static void write_row(tr_buf *out, enum tr_inspect_section section)
{
    static const char *const forms[TR_INSPECT_SECTIONS] = {
        [TR_INSPECT_NODE] = "uuusubem",   [TR_INSPECT_ACTORS] = "usuuuuuuuse",
        [TR_INSPECT_CHILDREN] = "ususu",  [TR_INSPECT_COROUTINES] = "ssu",
        [TR_INSPECT_LINKS] = "uusuuuius", [TR_INSPECT_DEAD_LETTERS] = "siuuuu",
        [TR_INSPECT_MEMBERS] = "usuue",   [TR_INSPECT_BUSY] = "uuuss",
        [TR_INSPECT_HOSTING] = "uuusb",   [TR_INSPECT_SESSIONS] = "sbuuus",
        [TR_INSPECT_SHARDS] = "uuub",
    };
    const char *form = forms[section];
    tr_write_array(out, (uint32_t)strlen(form) + 1);
    for (uint64_t value = 7; *form != '\0'; form++, value++)
        if (*form == 'u') {
            tr_write_unsigned(out, value);
        } else if (*form == 's') {
            tr_write_literal(out, "name");
        } else if (*form == 'i') {
            tr_write_integer(out, -3);
        } else if (*form == 'b') {
            tr_write_boolean(out, true);
        } else if (*form == 'e') {
            tr_write_array(out, 1);
            tr_write_literal(out, "tcp://10.0.0.1:5000");
        } else {
            tr_write_map(out, 1);
            tr_write_literal(out, "actors");
            tr_write_unsigned(out, 99);
        }
    tr_write_nil(out);
}

static tr_buf page_of(enum tr_inspect_section section, uint32_t rows)
{
    tr_buf out = {0};
    tr_write_array(&out, rows);
    for (uint32_t i = 0; i < rows; i++)
        write_row(&out, section);
    return out;
}

static int read_bytes(tr_seen_core *seen, enum tr_inspect_section section, const tr_buf *bytes)
{
    return tr_seen_read(seen, section,
                        (tr_slice){(const char *)bytes->data, (uint32_t)bytes->size});
}

START_TEST(a_page_is_read)
{
    tr_seen_core seen = {0};
    tr_buf page = page_of((enum tr_inspect_section)_i, _i == TR_INSPECT_NODE ? 1 : 3);
    ck_assert_int_eq(read_bytes(&seen, (enum tr_inspect_section)_i, &page), 0);
    if (_i != TR_INSPECT_NODE)
        ck_assert_int_eq(read_bytes(&seen, (enum tr_inspect_section)_i, &page), 0);
    uint32_t rows = seen.actor_count + seen.child_count + seen.coroutine_count + seen.link_count +
                    seen.letter_count + seen.member_count + seen.busy_count;
    ck_assert_uint_eq(rows, _i == TR_INSPECT_NODE ? 0 : 6);
    if (_i == TR_INSPECT_NODE) {
        ck_assert_uint_eq(seen.node, 7);
        ck_assert_str_eq(seen.endpoints[0], "tcp://10.0.0.1:5000");
        ck_assert_uint_eq(tr_seen_counter_of(&seen, "actors"), 99);
        ck_assert_uint_eq(tr_seen_counter_of(&seen, "other"), 0);
    } else if (_i == TR_INSPECT_ACTORS) {
        ck_assert_str_eq(seen.actors[5].behaviour, "name");
        ck_assert_uint_eq(seen.actors[5].mailbox_length, 9);
        ck_assert_str_eq(seen.actors[5].state, "name");
    } else if (_i == TR_INSPECT_LINKS) {
        ck_assert_int_eq(seen.links[5].heard_ms, -3);
    } else if (_i == TR_INSPECT_BUSY) {
        ck_assert_uint_eq(seen.busy[5].ms, 9);
        ck_assert_str_eq(seen.busy[5].place, "name");
    }
    tr_buf_done(&page);
    tr_seen_done(&seen);
}
END_TEST

START_TEST(a_broken_page_is_refused)
{
    tr_buf page = page_of((enum tr_inspect_section)_i, 1);
    for (size_t size = 0; size < page.size; size++) {
        tr_seen_core seen = {0};
        // Its own memory, so that a sanitizer sees a byte too many.
        tr_buf cut = {0};
        tr_buf_append(&cut, page.data, size);
        ck_assert_int_eq(read_bytes(&seen, (enum tr_inspect_section)_i, &cut), TR_EMALFORMED);
        tr_buf_done(&cut);
        tr_seen_done(&seen);
    }
    for (size_t at = 0; at < page.size; at++) {
        tr_seen_core seen = {0};
        uint8_t was = page.data[at];
        page.data[at] = 0xc1; // never used
        (void)read_bytes(&seen, (enum tr_inspect_section)_i, &page);
        page.data[at] = was;
        tr_seen_done(&seen);
    }
    tr_buf_done(&page);
}
END_TEST

START_TEST(more_rows_than_a_page_has_are_refused)
{
    tr_seen_core seen = {0};
    tr_buf page = page_of(TR_INSPECT_ACTORS, TR_INSPECT_ROWS + 1);
    ck_assert_int_eq(read_bytes(&seen, TR_INSPECT_ACTORS, &page), TR_EMALFORMED);
    ck_assert_uint_eq(seen.actor_count, 0);
    tr_buf_done(&page);
    page = page_of(TR_INSPECT_NODE, 2);
    ck_assert_int_eq(read_bytes(&seen, TR_INSPECT_NODE, &page), TR_EMALFORMED);
    tr_buf_done(&page);
    tr_seen_done(&seen);
}
END_TEST

START_TEST(a_long_name_is_cut_at_a_character)
{
    tr_seen_core seen = {0};
    char name[200];
    tr_buf page = {0};
    memset(name, 'x', sizeof name);
    memcpy(name + TR_SEEN_NAME_BYTES - 2, "\xc3\xbc", 2); // its second byte would be cut off
    tr_write_array(&page, 1);
    tr_write_array(&page, 3);
    tr_write_text(&page, (tr_slice){name, sizeof name});
    tr_write_literal(&page, "sleep");
    tr_write_unsigned(&page, 1);
    ck_assert_int_eq(read_bytes(&seen, TR_INSPECT_COROUTINES, &page), 0);
    ck_assert_uint_eq(strlen(seen.coroutines[0].name), TR_SEEN_NAME_BYTES - 2);
    tr_buf_done(&page);
    tr_seen_done(&seen);
}
END_TEST

Suite *host_seen_suite(void)
{
    Suite *suite = suite_create("host/seen");
    TCase *tcase = tcase_create("pages");
    tcase_add_loop_test(tcase, a_page_is_read, 0, TR_INSPECT_METRICS);
    tcase_add_loop_test(tcase, a_broken_page_is_refused, 0, TR_INSPECT_METRICS);
    tcase_add_test(tcase, more_rows_than_a_page_has_are_refused);
    tcase_add_test(tcase, a_long_name_is_cut_at_a_character);
    suite_add_tcase(suite, tcase);
    return suite;
}
