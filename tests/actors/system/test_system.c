#include "troupe/actors/system.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "tests/support/system.h"

Suite *actors_system_suite(void);

// How many threads there are without a system. Counted while one is up, since sanitizers start a
// thread of their own with the first one of ours: a core thread and ZeroMQ's two are not there at
// rest.
static unsigned threads_at_rest(void)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    unsigned threads = thread_count() - 3;
    tr_system_stop(&system);
    threads_are(threads);
    return threads;
}

typedef struct watch {
    tally set_up;
    tally torn_down;
    int fail_on; // core; -1: none
} watch;
#define WATCH(core)                                                                                \
    {                                                                                              \
        TALLY, TALLY, (core)                                                                       \
    }

static int set_up(tr_core *core, void *arg)
{
    watch *self = arg;
    ck_assert_ptr_eq(tr_core_current(), core);
    ck_assert_ptr_nonnull(tr_core_loop(core));
    if ((int)tr_core_index(core) == self->fail_on)
        return TR_EPROTOCOL;
    tally_add(&self->set_up, 1);
    return 0;
}

static void tear_down(tr_core *core, void *arg)
{
    ck_assert_ptr_eq(tr_core_current(), core);
    tally_add(&((watch *)arg)->torn_down, 1);
}

START_TEST(every_core_is_set_up_and_torn_down)
{
    watch all = WATCH(-1);
    tr_system *system = system_up_with(
        &(tr_system_options){.core_count = 3, .setup = set_up, .teardown = tear_down, .arg = &all});
    ck_assert_uint_eq(tally_get(&all.set_up), 3);
    ck_assert_uint_eq(tally_get(&all.torn_down), 0);
    ck_assert_uint_eq(tr_system_core_count(system), 3);
    ck_assert_uint_ne(tr_system_node(system), 0);
    ck_assert_ptr_null(tr_system_endpoint(system, 0));
    ck_assert_ptr_null(tr_system_broker_endpoint(system));
    ck_assert_ptr_null(tr_core_current());
    tr_system_stop(&system);
    ck_assert_ptr_null(system);
    ck_assert_uint_eq(tally_get(&all.torn_down), 3);
    tr_system_stop(&system); // fine with NULL inside
}
END_TEST

START_TEST(one_failing_setup_ends_the_start)
{
    unsigned threads = threads_at_rest();
    watch all = WATCH(_i);
    tr_system *system = NULL;
    fails(tr_system_start(
              &(tr_system_options){
                  .core_count = 3, .setup = set_up, .teardown = tear_down, .arg = &all},
              &system),
          TR_EPROTOCOL);
    ck_assert_ptr_null(system);
    ck_assert_uint_eq(tally_get(&all.torn_down), tally_get(&all.set_up));
    threads_are(threads);
}
END_TEST

static const tr_system_options impossible[] = {
    {.core_count = 0},
    {.core_count = TR_CORES_CAP + 1},
    {.core_count = 2, .bus_endpoint = "tcp://192.0.2.1", .insecure_bus = true}, // nobody's address
    {.core_count = 2, .bus_endpoint = "nonsense"},
    {.core_count = 2, .broker_endpoint = "tcp://192.0.2.1:1", .insecure_bus = true},
};
enum { IMPOSSIBLE = sizeof impossible / sizeof *impossible };

START_TEST(what_cannot_be_bound_is_refused)
{
    tr_system *system = NULL;
    fails(tr_system_start(&impossible[_i], &system), TR_EINVALID);
    ck_assert_ptr_null(system);
}
END_TEST

// The output of a program of tests/programs, standard and error.
static void output_of(const char *program, char *out, size_t size)
{
    char exe[4096] = "";
    char command[4200];
    ck_assert_int_gt(readlink("/proc/self/exe", exe, sizeof exe - 1), 0);
    snprintf(command, sizeof command, "%s/programs/%s 2>&1", dirname(exe), program);
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    out[fread(out, 1, size - 1, pipe)] = 0;
    ck_assert_int_eq(pclose(pipe), 0);
}

START_TEST(two_messages_of_one_number_do_not_start)
{
    char text[4096];
    output_of("same_number", text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "TR_EEXISTS\n"));
    ck_assert_ptr_nonnull(strstr(text, "number=1000"));
    ck_assert_ptr_nonnull(strstr(text, "first"));
    ck_assert_ptr_nonnull(strstr(text, "second"));
}
END_TEST

START_TEST(two_systems_have_different_nodes_and_endpoints)
{
    tr_system_options options = {.core_count = 2, .bus_endpoint = "tcp://127.0.0.1"};
    tr_system *one = system_up_with(&options);
    tr_system *two = system_up_with(&options);
    ck_assert_uint_ne(tr_system_node(one), tr_system_node(two));
    ck_assert_str_ne(tr_system_endpoint(one, 0), tr_system_endpoint(one, 1));
    ck_assert_str_ne(tr_system_endpoint(one, 0), tr_system_endpoint(two, 0));
    tr_system_stop(&one);
    tr_system_stop(&two);
}
END_TEST

START_TEST(transports_have_names)
{
    ck_assert_int_eq(tr_transport_find("local"), TR_TRANSPORT_LOCAL);
    ck_assert_int_eq(tr_transport_find("inproc"), TR_TRANSPORT_INPROC);
    ck_assert_int_eq(tr_transport_find("ipc"), TR_TRANSPORT_IPC);
    ck_assert_int_eq(tr_transport_find("tcp"), TR_TRANSPORT_TCP);
    ck_assert_int_eq(tr_transport_find("udp"), -1);
}
END_TEST

typedef struct blockade {
    tally closed;
    tally open;
    tally ran;
} blockade;

static void block(tr_core *core, void *arg)
{
    (void)core;
    blockade *self = arg;
    tally_add(&self->closed, 1);
    tally_wait(&self->open, 1);
}

static void run_once(tr_core *core, void *arg)
{
    (void)core;
    tally_add(&((blockade *)arg)->ran, 1);
}

START_TEST(posts_are_bounded_and_all_run)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    blockade way = {TALLY, TALLY, TALLY};
    ok(tr_system_post(system, 0, block, &way));
    tally_wait(&way.closed, 1);
    for (unsigned i = 0; i < TR_SYSTEM_POST_CAP; i++)
        ok(tr_system_post(system, 0, run_once, &way));
    fails(tr_system_post(system, 0, run_once, &way), TR_EFULL);
    tally_add(&way.open, 1);
    tr_system_stop(&system); // those that were taken run before the end
    ck_assert_uint_eq(tally_get(&way.ran), TR_SYSTEM_POST_CAP);
}
END_TEST

// -- everything in flight --

static int64_t slow_call(tr_pool_thread *thread, const tr_message *call)
{
    (void)call;
    return tr_pool_sleep(thread, 600000);
}

static void sleep_long(void *arg)
{
    (void)tr_coroutine_sleep(600000);
    tally_add(arg, 1);
}

typedef struct traffic {
    script ball[2]; // play with each other across cores
    tr_timer timer;
    tally unwound;
} traffic;

static void hit_back(tr_actor *self, script *of, tr_message *message)
{
    script *other = of->arg;
    (void)message;
    (void)tr_send(tr_actor_core(self), tr_actor_address(self), other->address, probe, .number = 1,
                  .payload = TR_SLICE("some bytes"));
}

static void never(tr_timer *timer)
{
    (void)timer;
    ck_abort_msg("too early");
}

static void start_traffic(tr_core *core, void *arg)
{
    traffic *self = arg;
    tr_coroutine *sleeper = NULL;
    for (int i = 0; i < 10; i++)
        ok(tr_coroutine_start(core, "sleep_long", sleep_long, &self->unwound, &sleeper));
    tr_pool_set_function(core, slow_call);
    for (uint64_t i = 0; i < 5; i++)
        ok(tr_pool_submit(core, self->ball[0].address, &(tr_msg_handler_call){.call = i}));
    tr_timer_init(&self->timer, core, never, NULL);
    tr_timer_start(&self->timer, 600000, 0);
    for (uint64_t i = 0; i < 100; i++)
        for (int to = 0; to < 2; to++)
            (void)tr_send(core, self->ball[1 - to].address, self->ball[to].address, probe,
                          .number = i);
}

static void run_traffic(enum tr_transport transport)
{
    tr_system *system = system_up(2, transport);
    static traffic all;
    all = (traffic){.unwound = TALLY};
    for (unsigned i = 0; i < 2; i++) {
        all.ball[i] = (script){SCRIPT, .on_message = hit_back, .arg = &all.ball[1 - i]};
        spawn_on(system, i, &all.ball[i]);
    }
    on_core(system, 0, start_traffic, &all);
    tally_wait(&all.ball[0].received, 50);
    tr_system_stop(&system);
    ck_assert_uint_eq(tally_get(&all.unwound), 10);
}

START_TEST(stopping_with_everything_in_flight_is_clean)
{
    unsigned threads = threads_at_rest();
    run_traffic((enum tr_transport)_i);
    threads_are(threads);
}
END_TEST

START_TEST(twenty_starts_leave_nothing_behind)
{
    unsigned threads = threads_at_rest();
    run_traffic(TR_TRANSPORT_TCP); // descriptors that libraries open once
    unsigned fds = fd_count();
    for (int i = 0; i < 20; i++)
        run_traffic((enum tr_transport)(i % 4));
    threads_are(threads);
    ck_assert_uint_eq(fd_count(), fds);
}
END_TEST

START_TEST(a_port_in_the_bus_endpoint_is_core_zeros)
{
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    tr_system *first =
        system_up_with(&(tr_system_options){.core_count = 1, .bus_endpoint = "tcp://127.0.0.1"});
    snprintf(endpoint, sizeof endpoint, "%s", tr_system_endpoint(first, 0));
    tr_system_stop(&first);
    tr_system *second =
        system_up_with(&(tr_system_options){.core_count = 2, .bus_endpoint = endpoint});
    ck_assert_str_eq(tr_system_endpoint(second, 0), endpoint);
    ck_assert_str_ne(tr_system_endpoint(second, 1), endpoint);
    ck_assert_int_eq(strncmp(tr_system_endpoint(second, 1), "tcp://127.0.0.1:", 16), 0);
    tr_system_stop(&second);
}
END_TEST

Suite *actors_system_suite(void)
{
    Suite *suite = suite_create("actors/system/system");
    TCase *tests = tcase_create("system");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_core_is_set_up_and_torn_down);
    tcase_add_test(tests, a_port_in_the_bus_endpoint_is_core_zeros);
    tcase_add_loop_test(tests, one_failing_setup_ends_the_start, 0, 3);
    tcase_add_loop_test(tests, what_cannot_be_bound_is_refused, 0, IMPOSSIBLE);
    tcase_add_test(tests, two_messages_of_one_number_do_not_start);
    tcase_add_test(tests, two_systems_have_different_nodes_and_endpoints);
    tcase_add_test(tests, transports_have_names);
    tcase_add_test(tests, posts_are_bounded_and_all_run);
    tcase_add_loop_test(tests, stopping_with_everything_in_flight_is_clean, 0, 4);
    tcase_add_test(tests, twenty_starts_leave_nothing_behind);
    suite_add_tcase(suite, tests);
    return suite;
}
