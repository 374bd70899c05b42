#include <sys/resource.h>
#include <zmq.h>

#include "actors/core/system_record.h"
#include "actors/system/descriptors.h"
#include "base/log.h"
#include "tests/support/system.h"

Suite *actors_descriptors_suite(void);

static const tr_pool_options usual = {0};

START_TEST(every_pool_thread_of_many_core_threads_has_its_sockets)
{
    enum { CORES = 32, ENDS = 2 };
    tr_system *system = system_up(CORES, TR_TRANSPORT_LOCAL);
    ck_assert_int_ge(
        zmq_ctx_get(system->zmq, ZMQ_MAX_SOCKETS),
        CORES * (2 + CORES +
                 ENDS * (int)(TR_POOL_THREADS + TR_POOL_STUCK_CAP + TR_POOL_BACKGROUND_CAP)));
    tr_system_stop(&system);
}
END_TEST

START_TEST(more_of_anything_needs_more)
{
    unsigned usually = tr_descriptors_needed(2, &usual);
    ck_assert_uint_gt(tr_descriptors_needed(3, &usual), usually);
    ck_assert_uint_eq(
        tr_descriptors_needed(2, &(tr_pool_options){.threads_max = TR_POOL_THREADS + 1}),
        usually + 4);
    ck_assert_uint_gt(tr_descriptors_sockets(2, &usual), usually);
}
END_TEST

static struct rlimit limit_now(void)
{
    struct rlimit limit;
    ok(getrlimit(RLIMIT_NOFILE, &limit));
    return limit;
}

static int start(void)
{
    tr_system *system = NULL;
    int result = tr_system_start(&(tr_system_options){.core_count = 2}, &system);
    tr_system_stop(&system);
    return result;
}

START_TEST(a_low_limit_is_raised)
{
    struct rlimit limit = {64, limit_now().rlim_max};
    ok(setrlimit(RLIMIT_NOFILE, &limit));
    ok(start());
    ck_assert_uint_eq(limit_now().rlim_cur, tr_descriptors_needed(2, &usual));
}
END_TEST

static unsigned told;

static void hear(const char *line, size_t size)
{
    (void)size;
    told += strstr(line, "event=too_few_descriptors") != NULL;
}

START_TEST(one_that_cannot_be_raised_is_said_and_nothing_starts)
{
    rlim_t few = tr_descriptors_needed(2, &usual) - 1;
    ok(setrlimit(RLIMIT_NOFILE, &(struct rlimit){few, few}));
    tr_log_listen(hear);
    fails(start(), TR_ESYSTEM);
    tr_log_listen(NULL);
    ck_assert_uint_eq(told, 1);
}
END_TEST

Suite *actors_descriptors_suite(void)
{
    Suite *suite = suite_create("actors/system/descriptors");
    TCase *tests = tcase_create("descriptors");
    tcase_add_test(tests, every_pool_thread_of_many_core_threads_has_its_sockets);
    tcase_add_test(tests, more_of_anything_needs_more);
    tcase_add_test(tests, a_low_limit_is_raised);
    tcase_add_test(tests, one_that_cannot_be_raised_is_said_and_nothing_starts);
    suite_add_tcase(suite, tests);
    return suite;
}
