#include "actors/core/stack_overflow.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/core/coroutine_stack.h"
#include "tests/support/job.h"
#include "troupe/actors/pool.h"

Suite *actors_overflow_suite(void);

// Each test is about the death of a process: one of its own, whose last words are read.
typedef struct end {
    char words[16384];
    int status;
} end;

static void read_words(end *self, int from)
{
    size_t size = 0;
    ssize_t got;
    // A report that is too long is read all the same: its writer may never block.
    char more[4096];
    while ((got = read(from, more, sizeof more)) > 0) {
        size_t fits = sizeof self->words - 1 - size;
        fits = (size_t)got < fits ? (size_t)got : fits;
        memcpy(self->words + size, more, fits);
        size += fits;
    }
    self->words[size] = '\0';
}

static end end_of(void (*function)(void))
{
    end self = {0};
    int ends[2];
    ok(pipe(ends));
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        signal(SIGSEGV, SIG_DFL); // Check's is not what a program has
        function();
        _exit(0);
    }
    close(ends[1]);
    read_words(&self, ends[0]);
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &self.status, 0), child);
    return self;
}

static bool has_said(const end *self, const char *what)
{
    return strstr(self->words, what) != NULL;
}

// A sanitizer's own report ends the process in its own way.
static void died_of_it(const end *self)
{
#if TEST_UNDER_SANITIZER
    ck_assert(self->status != 0);
#else
    ck_assert(WIFSIGNALED(self->status));
    ck_assert_int_eq(WTERMSIG(self->status), SIGSEGV);
#endif
}

static __attribute__((noinline)) uint64_t fall(uint64_t depth)
{
    volatile unsigned char room[512];
    room[depth % sizeof room] = 1;
    return depth == UINT64_MAX ? 0 : fall(depth + 1) + room[depth % sizeof room];
}

static void fall_in_job(job *self)
{
    if (self->deadline_ms != 0)
        ok(tr_coroutine_sleep(self->deadline_ms));
    self->number = fall(0);
}

static void write_nowhere(job *self)
{
    *(volatile int *)(uintptr_t)(self->number + 64) = 1;
}

static void run_in_coroutine(void (*function)(job *self), uint64_t after_ms)
{
    job falling = {.function = function, .deadline_ms = after_ms, .done = TALLY};
    job_run_on(system_up(1, TR_TRANSPORT_LOCAL), 0, &falling);
}

static void at_once(void)
{
    run_in_coroutine(fall_in_job, 0);
}

static void behind_a_wait(void)
{
    run_in_coroutine(fall_in_job, 1);
}

static void with_mprotect(void)
{
    tr_stacks_use_mprotect(true);
    run_in_coroutine(fall_in_job, 0);
}

START_TEST(a_coroutine_that_overflows_is_named)
{
    static void (*const ways[])(void) = {at_once, behind_a_wait, with_mprotect};
    end last = end_of(ways[_i]);
    ck_assert_msg(has_said(&last, "Z level=error thread=core-0 event=stack_overflow handler=job "
                                  "stack=coroutine\n"),
                  "%s", last.words);
    died_of_it(&last);
}
END_TEST

static void fall_in_actor(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    (void)message;
    (void)fall(0);
}

static void poke(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, *(tr_address *)arg, probe, .number = 0));
}

static void in_an_actor(void)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script falling = {SCRIPT, .on_message = fall_in_actor};
    spawn_on(system, 0, &falling);
    on_core(system, 0, poke, &falling.address);
    tally_wait(&falling.stopped, 1);
}

START_TEST(a_core_thread_that_overflows_says_so)
{
    end last = end_of(in_an_actor);
    ck_assert_msg(has_said(&last, "thread=core-0 event=stack_overflow handler=none stack=thread\n"),
                  "%s", last.words);
    died_of_it(&last);
}
END_TEST

static int64_t fall_in_thread(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)thread;
    (void)input;
    (void)size;
    return (int64_t)fall(0);
}

static void run_on_pool(job *self)
{
    self->result = (int)tr_pool_run(fall_in_thread, NULL, 0, 60000, NULL, NULL);
}

static void on_a_pool_thread(void)
{
    run_in_coroutine(run_on_pool, 0);
}

START_TEST(a_pool_thread_that_overflows_says_so)
{
    end last = end_of(on_a_pool_thread);
    ck_assert_msg(has_said(&last, "thread=pool event=stack_overflow handler=work stack=thread\n"),
                  "%s", last.words);
    died_of_it(&last);
}
END_TEST

static void fault_otherwise(void)
{
    run_in_coroutine(write_nowhere, 0);
}

START_TEST(another_fault_is_no_overflow)
{
    end last = end_of(fault_otherwise);
    ck_assert_msg(!has_said(&last, "stack_overflow"), "%s", last.words);
    died_of_it(&last);
}
END_TEST

static void get_the_signal(void)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    ok(kill(getpid(), SIGSEGV));
    tr_system_stop(&system);
}

START_TEST(a_signal_that_was_sent_ends_it_too)
{
    end last = end_of(get_the_signal);
    ck_assert_msg(!has_said(&last, "stack_overflow"), "%s", last.words);
    died_of_it(&last);
}
END_TEST

// A crash reporter that was there before us.
static void report(int signal)
{
    (void)signal;
    ssize_t ignored = write(STDERR_FILENO, "reported\n", 9);
    (void)ignored;
    _exit(42);
}

static void report_with(int signal, siginfo_t *info, void *context)
{
    (void)context;
    report(info->si_signo == signal ? signal : 0);
}

static void set_reporter(bool with_info)
{
    struct sigaction theirs = {.sa_flags = SA_ONSTACK | (with_info ? SA_SIGINFO : 0)};
    if (with_info)
        theirs.sa_sigaction = report_with;
    else
        theirs.sa_handler = report;
    ok(sigaction(SIGSEGV, &theirs, NULL));
}

static void reported_overflow(void)
{
    set_reporter(true);
    at_once();
}

static void reported_fault(void)
{
    set_reporter(false);
    fault_otherwise();
}

START_TEST(an_earlier_handler_still_gets_its_fault)
{
    end last = end_of(_i == 0 ? reported_overflow : reported_fault);
    ck_assert_msg(has_said(&last, "stack_overflow") == (_i == 0), "%s", last.words);
    ck_assert_msg(has_said(&last, "reported\n"), "%s", last.words);
    ck_assert(WIFEXITED(last.status));
    ck_assert_int_eq(WEXITSTATUS(last.status), 42);
}
END_TEST

Suite *actors_overflow_suite(void)
{
    Suite *suite = suite_create("actors/core/stack_overflow");
    TCase *tests = tcase_create("overflow");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_coroutine_that_overflows_is_named, 0, 3);
    tcase_add_test(tests, a_core_thread_that_overflows_says_so);
    tcase_add_test(tests, a_pool_thread_that_overflows_says_so);
    tcase_add_test(tests, another_fault_is_no_overflow);
    tcase_add_test(tests, a_signal_that_was_sent_ends_it_too);
    tcase_add_loop_test(tests, an_earlier_handler_still_gets_its_fault, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
