#include "troupe/actors/coroutine.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/job.h"

Suite *actors_wait_suite(void);

static void nap(job *self)
{
    uint64_t before = tr_clock_ms();
    self->result = tr_coroutine_sleep(self->deadline_ms);
    self->number = tr_clock_ms() - before;
}

START_TEST(a_sleep_lasts_its_time)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    job sleeping = {.function = nap, .deadline_ms = 20, .done = TALLY};
    job_run_on(system, 0, &sleeping);
    ok(sleeping.result);
    ck_assert_uint_ge(sleeping.number, 19);
    tr_system_stop(&system);
}
END_TEST

// -- descriptors --

typedef struct channel {
    int ends[2]; // the coroutine's, the test's
    unsigned events;
} channel;

static channel channel_up(unsigned events)
{
    channel self = {.events = events};
    ok(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, self.ends));
    return self;
}

static void channel_down(channel *self)
{
    close(self->ends[0]);
    close(self->ends[1]);
}

static void wait_ready(job *self)
{
    channel *on = self->arg;
    self->result = tr_coroutine_wait_fd(on->ends[0], on->events, self->deadline_ms);
}

START_TEST(a_descriptor_becomes_readable)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(TR_FD_READABLE);
    job waiting = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job_start_on(system, 0, &waiting);
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 1); // it waits
    ck_assert_int_eq(write(on.ends[1], "x", 1), 1);
    tally_wait(&waiting.done, 1);
    ck_assert_int_eq(waiting.result, TR_FD_READABLE);
    on.events = TR_FD_READABLE | TR_FD_WRITABLE;
    waiting.deadline_ms = 0; // ready at once counts as in time
    job_start_on(system, 0, &waiting);
    tally_wait(&waiting.done, 2);
    ck_assert_int_eq(waiting.result, TR_FD_READABLE | TR_FD_WRITABLE);
    tr_system_stop(&system);
    channel_down(&on);
}
END_TEST

START_TEST(a_descriptor_that_is_never_ready_is_late)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(TR_FD_READABLE);
    job waiting = {.function = wait_ready, .arg = &on, .deadline_ms = 5, .done = TALLY};
    job_run_on(system, 0, &waiting);
    ck_assert_int_eq(waiting.result, TR_ETIMEOUT);
    tr_system_stop(&system);
    channel_down(&on);
}
END_TEST

START_TEST(the_other_end_closing_makes_it_ready)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(TR_FD_READABLE);
    job waiting = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job_start_on(system, 0, &waiting);
    ok(shutdown(on.ends[1], SHUT_RDWR));
    tally_wait(&waiting.done, 1);
    ck_assert_int_eq(waiting.result, TR_FD_READABLE);
    tr_system_stop(&system);
    channel_down(&on);
}
END_TEST

START_TEST(what_cannot_be_waited_for_is_refused)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(0);
    job waiting = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job_run_on(system, 0, &waiting);
    ck_assert_int_eq(waiting.result, TR_EINVALID); // for nothing
    channel_down(&on);
    on.events = TR_FD_READABLE;
    job_start_on(system, 0, &waiting);
    tally_wait(&waiting.done, 2);
    ck_assert_int_eq(waiting.result, TR_EINVALID); // closed
    on.ends[0] = -1;
    job_start_on(system, 0, &waiting);
    tally_wait(&waiting.done, 3);
    ck_assert_int_eq(waiting.result, TR_EINVALID);
    tr_system_stop(&system);
}
END_TEST

START_TEST(a_regular_file_is_always_ready)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = {.ends = {open("/proc/self/exe", O_RDONLY | O_CLOEXEC)}, .events = TR_FD_READABLE};
    job waiting = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job_run_on(system, 0, &waiting);
    ck_assert_int_eq(waiting.result, TR_FD_READABLE);
    tr_system_stop(&system);
    close(on.ends[0]);
}
END_TEST

START_TEST(cancelling_ends_the_wait_and_leaves_the_descriptor)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(TR_FD_READABLE);
    job cancelled = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job other = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job third = {.function = wait_ready, .arg = &on, .deadline_ms = 60000, .done = TALLY};
    job_start_on(system, 0, &other);
    job_start_on(system, 0, &cancelled);
    job_start_on(system, 0, &third);
    job_cancel_on(system, 0, &cancelled);
    tally_wait(&cancelled.done, 1);
    ck_assert_int_eq(cancelled.result, TR_ECANCELLED);
    ck_assert_int_eq(write(on.ends[1], "x", 1), 1);
    tally_wait(&other.done, 1);
    tally_wait(&third.done, 1);
    ck_assert_int_eq(other.result, TR_FD_READABLE);
    ck_assert_int_eq(third.result, TR_FD_READABLE);
    tr_system_stop(&system);
    channel_down(&on);
}
END_TEST

static void close_it(tr_core *core, void *arg)
{
    (void)core;
    channel *on = arg;
    tr_coroutine_fd_closing(on->ends[0]);
    close(on->ends[0]);
    // The number is another descriptor's now, which is ready at once: nobody may take it for his.
    on->ends[0] = fcntl(on->ends[1], F_DUPFD_CLOEXEC, on->ends[0]);
}

START_TEST(closing_a_descriptor_ends_the_waits_for_it)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(TR_FD_READABLE);
    channel apart = channel_up(TR_FD_READABLE);
    job waiting[2];
    job unmoved = {.function = wait_ready, .arg = &apart, .deadline_ms = 60000, .done = TALLY};
    for (unsigned i = 0; i < 2; i++) {
        waiting[i] =
            (job){.function = wait_ready, .arg = &on, .deadline_ms = 600000, .done = TALLY};
        job_start_on(system, 0, &waiting[i]);
    }
    job_start_on(system, 0, &unmoved);
    on_core(system, 0, close_it, &on);
    for (unsigned i = 0; i < 2; i++) {
        tally_wait(&waiting[i].done, 1);
        ck_assert_int_eq(waiting[i].result, TR_EGONE);
    }
    ck_assert_uint_eq(stats_of(system, 0).coroutines, 1);
    tr_system_stop(&system);
    ck_assert_int_eq(unmoved.result, TR_ECANCELLED);
    channel_down(&on);
    channel_down(&apart);
}
END_TEST

// A megabyte through a socket's small buffer, by two coroutines of one thread: neither blocks it.
enum { PIECES = 256, PIECE_BYTES = 4096 };

static void pump(job *self)
{
    channel *on = self->arg;
    char piece[PIECE_BYTES] = {0};
    for (size_t sent = 0; sent < (size_t)PIECES * PIECE_BYTES;) {
        ssize_t count = write(on->ends[0], piece, sizeof piece);
        if (count > 0)
            sent += (size_t)count;
        else
            ck_assert_int_gt(tr_coroutine_wait_fd(on->ends[0], TR_FD_WRITABLE, 60000), 0);
    }
}

static void drain(job *self)
{
    channel *on = self->arg;
    char piece[PIECE_BYTES];
    while (self->number < (uint64_t)PIECES * PIECE_BYTES) {
        ssize_t count = read(on->ends[1], piece, sizeof piece);
        if (count > 0)
            self->number += (uint64_t)count;
        else
            ck_assert_int_gt(tr_coroutine_wait_fd(on->ends[1], TR_FD_READABLE, 60000), 0);
    }
}

START_TEST(two_coroutines_talk_through_a_socket)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    channel on = channel_up(0);
    job from = {.function = pump, .arg = &on, .done = TALLY};
    job to = {.function = drain, .arg = &on, .done = TALLY};
    job_start_on(system, 0, &from);
    job_start_on(system, 0, &to);
    tally_wait(&from.done, 1);
    tally_wait(&to.done, 1);
    ck_assert_uint_eq(to.number, (uint64_t)PIECES * PIECE_BYTES);
    tr_system_stop(&system);
    channel_down(&on);
}
END_TEST

Suite *actors_wait_suite(void)
{
    Suite *suite = suite_create("actors/core/coroutine_wait");
    TCase *tests = tcase_create("wait");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_sleep_lasts_its_time);
    tcase_add_test(tests, a_descriptor_becomes_readable);
    tcase_add_test(tests, a_descriptor_that_is_never_ready_is_late);
    tcase_add_test(tests, the_other_end_closing_makes_it_ready);
    tcase_add_test(tests, what_cannot_be_waited_for_is_refused);
    tcase_add_test(tests, a_regular_file_is_always_ready);
    tcase_add_test(tests, cancelling_ends_the_wait_and_leaves_the_descriptor);
    tcase_add_test(tests, closing_a_descriptor_ends_the_waits_for_it);
    tcase_add_test(tests, two_coroutines_talk_through_a_socket);
    suite_add_tcase(suite, tests);
    return suite;
}
