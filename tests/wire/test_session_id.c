#include <check.h>
#include <string.h>

#include "wire/limits.h"
#include "wire/session_id.h"

START_TEST(an_id_carries_its_shard)
{
    char id[TR_SESSION_ID_SIZE + 1];
    for (unsigned shard = 0; shard < TR_SHARDS; shard++) {
        tr_session_id_make(id, shard);
        ck_assert_uint_eq(strlen(id), TR_SESSION_ID_SIZE);
        ck_assert_int_eq(tr_session_id_shard(tr_slice_of(id)), (int)shard);
    }
}
END_TEST

START_TEST(two_ids_of_a_shard_differ_everywhere_behind_it)
{
    char one[TR_SESSION_ID_SIZE + 1];
    char differs[TR_SESSION_ID_SIZE] = {0};
    tr_session_id_make(one, 7);
    for (unsigned tries = 0; tries < 200; tries++) {
        char two[TR_SESSION_ID_SIZE + 1];
        tr_session_id_make(two, 7);
        ck_assert_str_ne(one, two);
        for (unsigned i = 0; i < TR_SESSION_ID_SIZE; i++)
            differs[i] |= (char)(one[i] != two[i]);
    }
    for (unsigned i = 0; i < TR_SESSION_ID_SIZE; i++)
        ck_assert_int_eq(differs[i], i >= 2);
}
END_TEST

static const char *const foreign[] = {"",
                                      "a",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaa",   // one too short
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", // one too long
                                      "Aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaa1",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaa8",
                                      "aaaaaaaaaaaaaa aaaaaaaaaaaaa",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4"};

START_TEST(what_is_no_id_of_ours_has_no_shard)
{
    ck_assert_int_eq(tr_session_id_shard(tr_slice_of(foreign[_i])), -1);
}
END_TEST

START_TEST(the_ends_of_the_alphabet_are_the_ends_of_the_shards)
{
    ck_assert_int_eq(tr_session_id_shard(tr_slice_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaa")), 0);
    ck_assert_int_eq(tr_session_id_shard(tr_slice_of("7777777777777777777777777777")),
                     (int)TR_SHARDS - 1);
    ck_assert_int_eq(tr_session_id_shard(tr_slice_of("ba22222222222222222222222222")), 32);
}
END_TEST

START_TEST(an_id_has_a_twin_of_its_shard_whose_twin_it_is)
{
    char id[TR_SESSION_ID_SIZE + 1];
    char twin[TR_SESSION_ID_SIZE + 1];
    char again[TR_SESSION_ID_SIZE + 1];
    tr_session_id_make(id, 77);
    tr_session_id_twin(twin, id);
    tr_session_id_twin(again, twin);
    ck_assert_int_eq(tr_session_id_shard(tr_slice_of(twin)), 77);
    ck_assert_str_ne(twin, id);
    ck_assert_str_eq(again, id);
}
END_TEST

Suite *wire_session_id_suite(void);
Suite *wire_session_id_suite(void)
{
    Suite *suite = suite_create("wire/session_id");
    TCase *tcase = tcase_create("session ids");
    tcase_add_test(tcase, an_id_carries_its_shard);
    tcase_add_test(tcase, two_ids_of_a_shard_differ_everywhere_behind_it);
    tcase_add_loop_test(tcase, what_is_no_id_of_ours_has_no_shard, 0,
                        sizeof foreign / sizeof *foreign);
    tcase_add_test(tcase, an_id_has_a_twin_of_its_shard_whose_twin_it_is);
    tcase_add_test(tcase, the_ends_of_the_alphabet_are_the_ends_of_the_shards);
    suite_add_tcase(suite, tcase);
    return suite;
}
