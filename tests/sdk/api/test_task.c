// Tasks (troupe/pages/task.h), and other loops on a page's thread.

#include <check.h>
#include <ev.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "troupe/actors/core.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/pool.h"
#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

static tr_test_page *page;
static int64_t handles[4];
static int codes[8];
static atomic_int thread_end;

TR_ASYNC(task_add)
{
    size_t size;
    const int *numbers = tr_event_payload(ev, &size);
    codes[0] = size == 2 * sizeof(int) ? numbers[0] + numbers[1] : -1;
    codes[1] = strcmp(tr_event_name(ev), "start");
    ui_set_textf(ev, "said", "sum %d", codes[0]);
}

TR_ASYNC(task_click_payload)
{
    int numbers[2] = {40, 2};
    handles[0] = tr_run_task(ev, task_add, .payload = numbers, .size = sizeof numbers);
    numbers[0] = 0; // it was copied
    codes[2] = tr_task_wait(ev, handles[0], 1000);
    codes[3] = (int)tr_run_task(ev, NULL);
    codes[4] = (int)tr_run_thread(ev, task_add);
    codes[5] = (int)tr_run_task(ev, task_add, .payload = numbers, .size = 2000000);
}

TR_ASYNC(task_sleep)
{
    codes[0] = tr_sleep(ev, 5000);
    codes[1] = ui_set_textf(ev, "said", "slept %s", tr_err_name(codes[0]));
}

TR_SYNC(task_sleep_sync)
{
    atomic_store(&thread_end, tr_sleep(ev, 3600000));
}

TR_ASYNC(task_click_start)
{
    handles[0] = tr_run_task(ev, task_sleep);
    handles[1] = tr_run_task(ev, task_sleep);
}

TR_ASYNC(task_click_cancel)
{
    codes[2] = tr_task_cancel(ev, handles[0]);
    codes[3] = tr_task_wait(ev, handles[0], 1000);
    codes[4] = tr_task_cancel(ev, handles[0]);
    codes[5] = tr_task_wait(ev, handles[0], 1000);
    ui_set_text(ev, "said", "cancelled");
}

TR_ASYNC(task_click_wait)
{
    codes[2] = tr_task_wait(ev, handles[1], 1000);
    codes[3] = tr_task_wait(ev, handles[1], 10000);
    ui_set_text(ev, "said", "waited");
}

TR_SYNC(task_click_wait_sync)
{
    codes[2] = tr_task_wait(ev, handles[1], 20);
    codes[3] = tr_task_cancel(ev, handles[1]);
    codes[4] = tr_task_wait(ev, handles[1], 5000);
    int64_t own = tr_run_task(ev, task_add, .payload = (int[]){1, 2}, .size = 2 * sizeof(int));
    codes[5] = own > 0 ? tr_task_wait(ev, own, 5000) : -1;
    ui_set_textf(ev, "said", "sync %d", codes[0]);
}

TR_ASYNC(task_click_thread)
{
    handles[0] = tr_run_thread(ev, task_sleep_sync);
    codes[2] = tr_task_wait(ev, handles[0], 0);
    ui_set_text(ev, "said", "runs");
}

TR_ASYNC(task_click_end_thread)
{
    codes[3] = tr_task_cancel(ev, handles[0]);
    codes[4] = tr_task_wait(ev, handles[0], 1000);
    ui_set_text(ev, "said", "ended");
}

static int outlived;
TR_ASYNC(task_outlive)
{
    outlived = 1;
    codes[0] = tr_sleep(ev, 5000);
    codes[1] = ui_set_text(ev, "said", "too late");
    outlived = 2;
}

TR_ASYNC(task_click_lives)
{
    codes[2] = tr_run_task(ev, task_outlive, .until = TR_UNTIL_PROCESS) > 0;
    (void)tr_run_task(ev, task_sleep);
}

TR_ASYNC(task_click_many)
{
    int64_t last = 1;
    unsigned count = 0;
    while (last > 0 && count < 2000) {
        last = tr_run_task(ev, task_sleep);
        count += last > 0;
    }
    codes[2] = (int)last;
    ui_set_textf(ev, "said", "%u tasks", count);
}

// -- other loops --

// A library that has a descriptor of its own and calls back from the loop it was given.
typedef struct library {
    ev_io io;
    int pipe[2];
    tr_coroutine *waiting;
} library;

static void on_ready(struct ev_loop *loop, ev_io *io, int events)
{
    library *self = io->data;
    char byte;
    (void)events;
    ev_io_stop(loop, io);
    tr_coroutine_resume(self->waiting, read(self->pipe[0], &byte, 1) == 1 ? byte : -1);
}

static int64_t block(tr_pool_thread *thread, const void *input, size_t size)
{
    return tr_pool_give(thread, input, size) == 0 ? 7 : -1;
}

TR_ASYNC(task_click_loop)
{
    library own = {.waiting = tr_coroutine_current()};
    if (pipe(own.pipe) < 0)
        return;
    struct ev_loop *loop = tr_core_loop(tr_page_core(ev));
    ev_io_init(&own.io, on_ready, own.pipe[0], EV_READ);
    own.io.data = &own;
    ev_io_start(loop, &own.io);
    ui_control *kept = ui_text("built before the wait");
    codes[0] = write(own.pipe[1], "x", 1) == 1 ? tr_wait_for(ev, 3600000) : -1;
    codes[1] = ui_add(ev, kept);
    codes[2] =
        write(own.pipe[1], "y", 1) == 1 ? tr_wait_fd(ev, own.pipe[0], TR_FD_READABLE, 3600000) : -1;
    char result[8] = "";
    size_t size = sizeof result;
    codes[3] = (int)tr_wait_pool(ev, block, "hi", 3, 5000, result, &size);
    codes[4] = strcmp(result, "hi");
    close(own.pipe[0]);
    close(own.pipe[1]);
    ui_set_text(ev, "said", "looped");
}

TR_SYNC(task_click_loop_sync)
{
    codes[0] = tr_page_core(ev) == NULL;
    codes[1] = tr_wait_fd(ev, 0, TR_FD_READABLE, 0);
    codes[2] = tr_wait_for(ev, 0);
    codes[3] = (int)tr_wait_pool(ev, block, "hi", 3, 5000, NULL, NULL);
    ui_set_text(ev, "said", "no loop");
}

static void build(tr_page *on)
{
    ui_add(on, ui_text("", .key = "said"));
    ui_add(on, ui_column(UI(ui_button("payload", .on_click = task_click_payload),
                            ui_button("start", .on_click = task_click_start),
                            ui_button("cancel", .on_click = task_click_cancel),
                            ui_button("wait", .on_click = task_click_wait),
                            ui_button("wait sync", .on_click = task_click_wait_sync),
                            ui_button("thread", .on_click = task_click_thread),
                            ui_button("end thread", .on_click = task_click_end_thread),
                            ui_button("lives", .on_click = task_click_lives),
                            ui_button("many", .on_click = task_click_many),
                            ui_button("loop", .on_click = task_click_loop),
                            ui_button("loop sync", .on_click = task_click_loop_sync))));
}

static const tr_app app = {.name = "Tasks", .build = build};

static void set_up(void)
{
    memset(codes, 0, sizeof codes);
    memset(handles, 0, sizeof handles);
    atomic_store(&thread_end, 1);
    outlived = 0;
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

START_TEST(a_task_gets_a_copy_of_its_payload)
{
    tr_test_click(page, .text = "payload");
    tr_test_expect(page, .key = "said", .text = "sum 42");
    ck_assert_int_gt(handles[0], 0);
    ck_assert_int_eq(codes[1], 0);
    ck_assert_int_eq(codes[2], 0);
    ck_assert_int_eq(codes[3], TR_EINVALID);
    ck_assert_int_eq(codes[4], TR_EWRONGTYPE);
    ck_assert_int_eq(codes[5], TR_ETOOBIG);
}
END_TEST

START_TEST(one_is_cancelled_by_its_handle)
{
    tr_test_click(page, .text = "start");
    tr_test_click(page, .text = "cancel");
    tr_test_expect(page, .key = "said", .text = "cancelled");
    ck_assert_int_eq(codes[0], TR_ECANCELLED);
    ck_assert_int_eq(codes[2], 0);
    ck_assert_int_eq(codes[3], 0);
    ck_assert_int_eq(codes[4], TR_ENOTFOUND);
    ck_assert_int_eq(codes[5], 0);
    tr_test_advance(page, 5000); // the other one was not
    tr_test_expect(page, .key = "said", .text = "slept TR_OK");
}
END_TEST

START_TEST(a_handler_waits_for_one_with_a_deadline)
{
    tr_test_click(page, .text = "start");
    tr_test_click(page, .text = "wait");
    tr_test_advance(page, 1000);
    ck_assert_str_eq(tr_test_text(page, .key = "said"), "");
    ck_assert_int_eq(codes[2], TR_ETIMEOUT);
    tr_test_advance(page, 4000);
    tr_test_expect(page, .key = "said", .text = "waited");
    ck_assert_int_eq(codes[3], 0);
}
END_TEST

START_TEST(a_sync_handler_starts_cancels_and_waits)
{
    tr_test_click(page, .text = "start");
    tr_test_click(page, .text = "wait sync");
    tr_test_expect(page, .key = "said", .text = "sync 3");
    ck_assert_int_eq(codes[2], TR_ETIMEOUT);
    ck_assert_int_eq(codes[3], 0);
    ck_assert_int_eq(codes[4], 0);
    ck_assert_int_eq(codes[5], 0);
}
END_TEST

START_TEST(what_ends_with_the_page_and_what_does_not)
{
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_click(other, .text = "lives");
    tr_test_expect(other, .text = "lives");
    ck_assert_int_eq(outlived, 1);
    tr_test_drop(other);
    tr_test_advance(page, 1000);
    tr_test_close(&other);
    ck_assert_int_eq(codes[2], 1);
    tr_test_advance(page, 3600000);
    tr_test_expect(page, .text = "lives");
    ck_assert_int_eq(outlived, 2);
    ck_assert_int_eq(codes[0], 0);
}
END_TEST

START_TEST(a_thousand_are_enough)
{
    tr_test_click(page, .text = "many");
    tr_test_expect(page, .text = "1023 tasks");
    ck_assert_int_eq(codes[2], TR_EFULL);
}
END_TEST

START_TEST(another_library_runs_on_the_pages_loop)
{
    tr_test_click(page, .text = "loop");
    tr_test_wait_for(page, 2000, .text = "looped");
    ck_assert_int_eq(codes[0], 'x');
    ck_assert_int_eq(codes[1], 0);
    ck_assert_int_eq(codes[2], TR_FD_READABLE);
    ck_assert_int_eq(codes[3], 7);
    ck_assert_int_eq(codes[4], 0);
    tr_test_expect(page, .text = "built before the wait");
}
END_TEST

START_TEST(a_thread_of_the_pool_has_no_loop)
{
    tr_test_click(page, .text = "loop sync");
    tr_test_expect(page, .text = "no loop");
    ck_assert_int_eq(codes[0], 1);
    for (unsigned i = 1; i < 4; i++)
        ck_assert_int_eq(codes[i], TR_EWRONGTHREAD);
}
END_TEST

Suite *sdk_task_suite(void);
Suite *sdk_task_suite(void)
{
    Suite *suite = suite_create("sdk/api/task");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_task_gets_a_copy_of_its_payload);
    tcase_add_test(tests, one_is_cancelled_by_its_handle);
    tcase_add_test(tests, a_handler_waits_for_one_with_a_deadline);
    tcase_add_test(tests, a_sync_handler_starts_cancels_and_waits);
    tcase_add_test(tests, what_ends_with_the_page_and_what_does_not);
    tcase_add_test(tests, a_thousand_are_enough);
    tcase_add_test(tests, another_library_runs_on_the_pages_loop);
    tcase_add_test(tests, a_thread_of_the_pool_has_no_loop);
    suite_add_tcase(suite, tests);
    return suite;
}
