#include "base/table.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

Suite *base_table_suite(void);

START_TEST(a_keyed_hash_is_the_same_in_a_process)
{
    ck_assert_uint_eq(tr_hash_keyed("ledger", 6), tr_hash_keyed("ledger", 6));
    ck_assert_uint_ne(tr_hash_keyed("ledger", 6), tr_hash_keyed("ledger", 5));
    ck_assert_uint_eq(tr_hash_keyed(NULL, 0), tr_hash_keyed("x", 0));
}
END_TEST

// A program that is started twice.
static uint64_t hash_in_another_process(void)
{
    char line[32] = "";
    FILE *other = popen("TROUPE_PRINT_HASH=1 /proc/$PPID/exe", "r");
    ck_assert_ptr_nonnull(other);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, other));
    pclose(other);
    return strtoull(line, NULL, 16);
}

__attribute__((constructor(65535))) static void print_hash(void)
{
    if (getenv("TROUPE_PRINT_HASH") == NULL)
        return;
    printf("%016llx\n", (unsigned long long)tr_hash_keyed("ledger", 6));
    fflush(stdout);
    _exit(0);
}

START_TEST(another_process_has_another_hash)
{
    uint64_t there = hash_in_another_process();
    ck_assert_uint_ne(there, 0);
    ck_assert_uint_ne(there, tr_hash_keyed("ledger", 6));
}
END_TEST

typedef struct entry {
    UT_hash_handle hh;
    char key[16];
} entry;

// The longest walk of a look-up in a full table, in entries.
static unsigned longest_chain(const entry *table)
{
    unsigned longest = 0;
    const UT_hash_table *of = table->hh.tbl;
    for (unsigned i = 0; i < of->num_buckets; i++)
        if (of->buckets[i].count > longest)
            longest = of->buckets[i].count;
    return longest;
}

START_TEST(texts_that_are_nearly_equal_lie_apart)
{
    enum { COUNT = 20000 };
    entry *table = NULL;
    for (unsigned i = 0; i < COUNT; i++) {
        entry *one = tr_new(entry);
        snprintf(one->key, sizeof one->key, "user-%u", i);
        HASH_ADD_STR(table, key, one);
    }
    ck_assert_uint_lt(longest_chain(table), 32);
    entry *one;
    HASH_FIND_STR(table, "user-19999", one);
    ck_assert_ptr_nonnull(one);
    entry *next;
    HASH_ITER (hh, table, one, next) {
        HASH_DEL(table, one);
        tr_free(one);
    }
}
END_TEST

Suite *base_table_suite(void)
{
    Suite *suite = suite_create("base/table");
    TCase *tcase = tcase_create("table");
    tcase_add_test(tcase, a_keyed_hash_is_the_same_in_a_process);
    tcase_add_test(tcase, another_process_has_another_hash);
    tcase_add_test(tcase, texts_that_are_nearly_equal_lie_apart);
    suite_add_tcase(suite, tcase);
    return suite;
}
