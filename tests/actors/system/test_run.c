#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/support/system.h"

Suite *actors_run_suite(void);

static int end_twice(tr_core *core, void *arg)
{
    (void)arg;
    tr_system_end(tr_core_system(core), 7);
    tr_system_end(tr_core_system(core), 8);
    return 0;
}

START_TEST(the_first_end_gives_the_exit_code)
{
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 2, .setup = end_twice}), 7);
}
END_TEST

static int interrupt(tr_core *core, void *arg)
{
    (void)core;
    ok(kill(getpid(), *(const int *)arg));
    return 0;
}

static const int signals[] = {SIGINT, SIGTERM};

START_TEST(a_signal_stops_in_order)
{
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 1,
                                                        .setup = interrupt,
                                                        .arg = (void *)(uintptr_t)&signals[_i]}),
                     0);
    sigset_t blocked;
    sigset_t pending;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    sigpending(&pending);
    ck_assert(!sigismember(&blocked, signals[_i]));
    ck_assert(!sigismember(&pending, signals[_i]));
}
END_TEST

static int refuse(tr_core *core, void *arg)
{
    (void)core, (void)arg;
    return TR_EPROTOCOL;
}

START_TEST(what_cannot_start_exits_with_1)
{
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 1, .setup = refuse}), 1);
    ck_assert_int_eq(tr_system_run(&(tr_system_options){.core_count = 0}), 1);
}
END_TEST

static void on_end(tr_core *core, void *arg)
{
    (void)arg;
    tr_system_end(tr_core_system(core), 3);
}

START_TEST(without_run_an_end_does_nothing)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, on_end, NULL);
    tr_system_stop(&system);
}
END_TEST

// -- what never returns --

static int64_t wait_for_ever(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)thread, (void)input, (void)size;
    for (;;)
        pause();
    return 0;
}

static void begin_job(tr_actor *self, script *of, tr_message *message)
{
    (void)of, (void)message;
    ck_assert_int_gt(tr_pool_start(self, wait_for_ever, NULL, 0, 0), 0);
    tr_system_end(tr_core_system(tr_actor_core(self)), 7);
}

static void block(tr_actor *self, script *of, tr_message *message)
{
    (void)of, (void)message;
    tr_system_end(tr_core_system(tr_actor_core(self)), 7);
    (void)wait_for_ever(NULL, NULL, 0);
}

static int begin_to_hang(tr_core *core, void *arg)
{
    script *of = arg;
    spawn_as(core, &script_behaviour, of, 0);
    return tr_send(core, TR_NOWHERE, of->address, probe, .number = 1);
}

static const struct {
    void (*hangs)(tr_actor *self, script *of, tr_message *message);
    const char *says;
} hanging[] = {{begin_job, "event=stop_forced handler=work thread=pool"},
               {block, "event=stop_forced handler=script thread=core-0"}};

static void hang(int log_fd, unsigned which)
{
    dup2(log_fd, STDERR_FILENO);
    tr_log_level_set(TR_LOG_WARN);
    script of = {SCRIPT, .on_message = hanging[which].hangs};
    _exit(tr_system_run(&(tr_system_options){.core_count = 1,
                                             .setup = begin_to_hang,
                                             .arg = &of,
                                             .drain_ms = 10,
                                             .stop_deadline_ms = 50}) +
          100);
}

static void read_all(int fd, char *out, size_t size)
{
    size_t length = 0;
    for (ssize_t got; (got = read(fd, out + length, size - 1 - length)) > 0;)
        length += (size_t)got;
    out[length] = '\0';
}

START_TEST(what_never_returns_is_named_and_the_process_ends)
{
    int ends[2];
    ok(pipe(ends));
    pid_t child = fork();
    if (child == 0)
        hang(ends[1], (unsigned)_i);
    close(ends[1]);
    char log[4096];
    read_all(ends[0], log, sizeof log);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 7, "%d %s", status, log);
    ck_assert_msg(strstr(log, hanging[_i].says) != NULL, "%s", log);
    close(ends[0]);
}
END_TEST

Suite *actors_run_suite(void)
{
    Suite *suite = suite_create("actors/system/run");
    TCase *tests = tcase_create("run");
    tcase_add_test(tests, the_first_end_gives_the_exit_code);
    tcase_add_loop_test(tests, a_signal_stops_in_order, 0, 2);
    tcase_add_test(tests, what_cannot_start_exits_with_1);
    tcase_add_test(tests, without_run_an_end_does_nothing);
    tcase_add_loop_test(tests, what_never_returns_is_named_and_the_process_ends, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
