#include <fcntl.h>
#include <unistd.h>

#include "tests/support/place.h"

Suite *actors_watch_suite(void);

static struct {
    tr_system *system;
    script watcher;
    int pipe[2];
    unsigned events;
    char read[16];
    tally ready;
} in;

// Reads one byte a time.
static void on_ready(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_fd_ready);
    ck_assert_uint_eq(TR_BODY(message, fd_ready)->tag, 77);
    in.events = TR_BODY(message, fd_ready)->events;
    if (TR_BODY(message, fd_ready)->fd == (uint32_t)in.pipe[0])
        ck_assert_int_eq(read(in.pipe[0], in.read + strlen(in.read), 1), 1);
    tally_add(&in.ready, 1);
}

static void up(void)
{
    memset(&in, 0, sizeof in);
    in.watcher = (script){SCRIPT, .on_message = on_ready};
    in.ready = (tally)TALLY;
    ck_assert_int_eq(pipe(in.pipe), 0);
    in.system = system_up(1, TR_TRANSPORT_LOCAL);
    spawn_on(in.system, 0, &in.watcher);
}

static void down(void)
{
    tr_system_stop(&in.system);
    close(in.pipe[0]);
    close(in.pipe[1]);
}

static int64_t do_watch(tr_actor *self, act *it)
{
    return tr_watch_fd(self, in.pipe[it->number & TR_FD_WRITABLE ? 1 : 0], (unsigned)it->number,
                       77);
}

static int watch(unsigned events)
{
    return (int)act_on(in.system, 0, &in.watcher, do_watch, TR_NOWHERE, (int64_t)events);
}

static void write_bytes(const char *bytes)
{
    ck_assert_int_eq(write(in.pipe[1], bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

// The loop has looked at its descriptors twice since.
static void turns_pass(void)
{
    (void)stats_of(in.system, 0);
    (void)stats_of(in.system, 0);
}

START_TEST(a_watch_tells_once)
{
    up();
    ok(watch(TR_FD_READABLE));
    turns_pass();
    ck_assert_uint_eq(tally_get(&in.ready), 0);
    write_bytes("ab");
    tally_wait(&in.ready, 1);
    turns_pass();
    ck_assert_uint_eq(tally_get(&in.ready), 1);
    ck_assert_str_eq(in.read, "a");
    ok(watch(TR_FD_READABLE));
    tally_wait(&in.ready, 2);
    ck_assert_uint_eq(in.events, TR_FD_READABLE);
    ck_assert_str_eq(in.read, "ab");
    down();
}
END_TEST

START_TEST(a_level_watch_tells_as_long_as_it_is_so)
{
    up();
    ok(watch(TR_FD_READABLE | TR_FD_LEVEL));
    write_bytes("hello");
    tally_wait(&in.ready, 5);
    turns_pass();
    ck_assert_uint_eq(tally_get(&in.ready), 5);
    write_bytes("!");
    tally_wait(&in.ready, 6);
    ck_assert_str_eq(in.read, "hello!");
    down();
}
END_TEST

START_TEST(room_to_write_is_told)
{
    up();
    ok(watch(TR_FD_WRITABLE));
    tally_wait(&in.ready, 1);
    ck_assert_uint_eq(in.events, TR_FD_WRITABLE);
    down();
}
END_TEST

static int64_t do_wrong(tr_actor *self, act *it)
{
    (void)it;
    fails(tr_watch_fd(self, -1, TR_FD_READABLE, 1), TR_EINVALID);
    fails(tr_watch_fd(self, 1000, TR_FD_READABLE, 1), TR_EINVALID); // not open
    fails(tr_watch_fd(self, in.pipe[0], 0, 1), TR_EINVALID);
    fails(tr_watch_fd(self, in.pipe[0], TR_FD_LEVEL, 1), TR_EINVALID);
    fails(tr_watch_fd(self, in.pipe[0], 8 | TR_FD_READABLE, 1), TR_EINVALID);
    tr_unwatch_fd(self, in.pipe[0]); // never was
    return 0;
}

START_TEST(wrong_watches_are_refused)
{
    up();
    ok((int)act_on(in.system, 0, &in.watcher, do_wrong, TR_NOWHERE, 0));
    down();
}
END_TEST

static int64_t do_fill(tr_actor *self, act *it)
{
    (void)it;
    int fds[TR_WATCHES_PER_ACTOR_CAP + 1];
    for (unsigned i = 0; i <= TR_WATCHES_PER_ACTOR_CAP; i++) {
        fds[i] = dup(in.pipe[0]);
        ck_assert_int_ge(fds[i], 0);
        fails(tr_watch_fd(self, fds[i], TR_FD_READABLE, i),
              i < TR_WATCHES_PER_ACTOR_CAP ? 0 : TR_EFULL);
    }
    ok(tr_watch_fd(self, fds[3], TR_FD_READABLE, 5)); // one of them
    for (unsigned i = 0; i <= TR_WATCHES_PER_ACTOR_CAP; i++) {
        tr_unwatch_fd(self, fds[i]);
        close(fds[i]);
    }
    return 0;
}

START_TEST(watches_are_bounded)
{
    up();
    ok((int)act_on(in.system, 0, &in.watcher, do_fill, TR_NOWHERE, 0));
    write_bytes("x");
    turns_pass();
    ck_assert_uint_eq(tally_get(&in.ready), 0);
    down();
}
END_TEST

// As if it had become ready in this turn, and was not handled yet.
static int64_t do_withdraw(tr_actor *self, act *it)
{
    (void)it;
    ok(tr_watch_fd(self, in.pipe[0], TR_FD_READABLE | TR_FD_LEVEL, 77));
    tr_actor_signal(self, TR_MSG_fd_ready,
                    &(tr_msg_fd_ready){.tag = 77, .fd = (uint32_t)in.pipe[0]});
    tr_unwatch_fd(self, in.pipe[0]);
    return 0;
}

START_TEST(nothing_comes_once_it_was_unwatched)
{
    up();
    write_bytes("x");
    ok((int)act_on(in.system, 0, &in.watcher, do_withdraw, TR_NOWHERE, 0));
    turns_pass();
    ck_assert_uint_eq(tally_get(&in.ready), 0);
    down();
}
END_TEST

static int64_t do_watch_and_stop(tr_actor *self, act *it)
{
    ok((int)do_watch(self, it));
    tr_actor_stop(self);
    fails((int)do_watch(self, it), TR_ECANCELLED);
    return 0;
}

START_TEST(a_watch_ends_with_its_actor)
{
    up();
    ok((int)act_on(in.system, 0, &in.watcher, do_watch_and_stop, TR_NOWHERE,
                   TR_FD_READABLE | TR_FD_LEVEL));
    tally_wait(&in.watcher.stopped, 1);
    write_bytes("x");
    turns_pass();
    ck_assert_uint_eq(tally_get(&in.ready), 0);
    down();
}
END_TEST

Suite *actors_watch_suite(void)
{
    Suite *suite = suite_create("actors/core/fd_watch");
    TCase *tests = tcase_create("watch");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_watch_tells_once);
    tcase_add_test(tests, a_level_watch_tells_as_long_as_it_is_so);
    tcase_add_test(tests, room_to_write_is_told);
    tcase_add_test(tests, wrong_watches_are_refused);
    tcase_add_test(tests, watches_are_bounded);
    tcase_add_test(tests, nothing_comes_once_it_was_unwatched);
    tcase_add_test(tests, a_watch_ends_with_its_actor);
    suite_add_tcase(suite, tests);
    return suite;
}
