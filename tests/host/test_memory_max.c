#include "host/memory_max.h"
#include "tests/support/scratch.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static void put(const char *folder, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s%s", root, folder);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s%s/memory.max", root, folder);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_gt(fprintf(out, "%s\n", text), 0);
    ck_assert_int_eq(fclose(out), 0);
}

static void take_away(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s%s/memory.max", root, folder);
    (void)unlink(path);
    snprintf(path, sizeof path, "%s%s", root, folder);
    (void)rmdir(path);
}

static void set_up(void)
{
    scratch_make(root, sizeof root, "cgroup");
}

static void tear_down(void)
{
    take_away("/app/web");
    take_away("/app");
    take_away("");
}

START_TEST(the_smallest_limit_of_a_cgroup_and_those_around_it_counts)
{
    put("", "max");
    put("/app", "4000000");
    put("/app/web", "max");
    ck_assert_uint_eq(tr_memory_max_of_cgroup(root, "/app/web"), 4000000);
    put("/app/web", "3000000");
    ck_assert_uint_eq(tr_memory_max_of_cgroup(root, "/app/web"), 3000000);
    put("", "1000000"); // as a container sees its own
    ck_assert_uint_eq(tr_memory_max_of_cgroup(root, "/app/web"), 1000000);
    ck_assert_uint_eq(tr_memory_max_of_cgroup(root, "/"), 1000000);
}
END_TEST

START_TEST(without_a_limit_there_is_none)
{
    ck_assert_uint_eq(tr_memory_max_of_cgroup(root, "/app/web"), UINT64_MAX);
    put("", "max");
    ck_assert_uint_eq(tr_memory_max_of_cgroup(root, ""), UINT64_MAX);
}
END_TEST

// A sanitizer takes more address space than any such limit.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
START_TEST(a_limit_on_address_space_is_one)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
    uint64_t before = tr_memory_max_find();
    ck_assert_uint_gt(before, 0);
    limit.rlim_cur = 1u << 30;
    if (before <= limit.rlim_cur || setrlimit(RLIMIT_AS, &limit) != 0)
        return; // a machine with less
    ck_assert_uint_eq(tr_memory_max_find(), (1u << 30) / 100 * TR_MEMORY_MAX_PERCENT);
}
END_TEST
#endif

Suite *memory_max_suite(void);
Suite *memory_max_suite(void)
{
    Suite *suite = suite_create("host/memory_max");
    TCase *tests = tcase_create("found");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_smallest_limit_of_a_cgroup_and_those_around_it_counts);
    tcase_add_test(tests, without_a_limit_there_is_none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    tcase_add_test(tests, a_limit_on_address_space_is_one);
#endif
    suite_add_tcase(suite, tests);
    return suite;
}
