// Memory ends at any allocation of whatever a session does: that goes on with the reserve, nothing new is
// begun until there is memory again, and the process lives (run under AddressSanitizer, too).

#include <check.h>
#include <string.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/reserve.h"
#include "sdk/session/session.h"
#include "testing/lab.h"
#include "troupe/actors/actor.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/writer.h"

struct counted {
    int count;
};
TR_LAYOUT(struct counted, count);

static ui_control *row(tr_event *ev, uint32_t index)
{
    (void)ev;
    return ui_text(ui_format("row %u", index));
}

TR_ASYNC(memory_rows)
{
    tr_rows_build(ev, row);
}

TR_ASYNC(memory_click)
{
    ((struct counted *)tr_state(ev))->count++;
    tr_rows_changed(ev, "rows", 0, 40);
}

static ui_control *view(tr_event *ev)
{
    const struct counted *counted = tr_state(ev);
    ui_control *texts[41];
    for (int i = 0; i < 40; i++)
        texts[i] = ui_text(ui_format("%d of %d", i, counted->count), .key = ui_format("t%d", i));
    texts[40] = UI_END;
    return ui_view(UI(ui_button("Click", .key = "click", .on_click = memory_click),
                      ui_column(.controls = texts),
                      ui_list_view(.key = "rows", .row_count = 1000, .on_rows = memory_rows)));
}

static const tr_app app = {
    .name = "Memory", .rebuilds = true, TR_ROUTES(TR_ROUTE("/", view)), TR_STATE(struct counted)};
static lab *here;

static void on_message(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
}

static const tr_behaviour idler = {.name = "idler", .state_size = 64, .on_message = on_message};
static int spawned;

static void spawn(tr_core *core)
{
    tr_address who;
    spawned = tr_spawn(core, &idler, NULL, 0, &who);
    if (spawned == 0)
        tr_actor_stop(tr_actor_find(core, who));
}

// On the core thread: the n-th allocation from now on finds nothing.
static void run_out(tr_session *session, void *n)
{
    (void)session;
    tr_mem_run_out_after(*(unsigned *)n);
}

static void run_out_and_spawn(tr_session *session, void *n)
{
    tr_mem_run_out_after(*(unsigned *)n);
    spawn(session->sessions->core);
}

static void find_button(tr_session *session, void *out)
{
    const tr_node *button = tr_tree_find_key(session->tree, TR_SLICE("click"));
    *(uint32_t *)out = button != NULL ? button->id : 0;
}

static void click(unsigned n)
{
    uint32_t button = 0;
    tr_lab_do(here, n, find_button, &button);
    ck_assert_uint_ne(button, 0);
    tr_lab_event(here, n, button, "click");
}

static void read_count(tr_session *session, void *out)
{
    *(int *)out = ((struct counted *)session->state)->count;
}

static int count_of(unsigned n)
{
    int count = -1;
    tr_lab_do(here, n, read_count, &count);
    return count;
}

static void start(void)
{
    tr_log_level_set(TR_LOG_ERROR + 1);
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

// Until one whole run has met no end of memory: then every allocation of it had its turn.
#define FOR_EACH_ALLOCATION(n)                                                                     \
    for (unsigned long n = 1, before = 0; (before = tr_mem_short_count(), n < 20000);              \
         n += 1 + n / 100)

START_TEST(an_opening_goes_on_at_every_allocation)
{
    start();
    unsigned met = 0;
    FOR_EACH_ALLOCATION(n)
    {
        tr_lab_do(here, 0, run_out, &(unsigned){(unsigned)n});
        tr_lab_open(here, 1, NULL, true);
        tr_lab_do(here, 0, run_out, &(unsigned){0});
        ck_assert(tr_lab_look(here, 1)->is_attached);
        click(1);
        ck_assert_int_eq(count_of(1), 1);
        tr_lab_end_session(here, 1);
        if (tr_mem_short_count() == before)
            break;
        met++;
    }
    ck_assert_uint_gt(met, 50);
    tr_lab_stop(&here);
}
END_TEST

START_TEST(a_click_that_rebuilds_the_page_goes_on_at_every_allocation)
{
    start();
    unsigned met = 0;
    tr_buf why = {0};
    FOR_EACH_ALLOCATION(n)
    {
        tr_lab_do(here, 0, run_out, &(unsigned){(unsigned)n});
        click(0);
        tr_lab_do(here, 0, run_out, &(unsigned){0});
        (void)tr_lab_look(here, 0);
        ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
        ck_assert_int_eq(count_of(0), (int)met + 1);
        if (tr_mem_short_count() == before)
            break;
        met++;
    }
    ck_assert_uint_gt(met, 50);
    tr_buf_done(&why);
    tr_lab_stop(&here);
}
END_TEST

START_TEST(a_spawn_goes_on_at_every_allocation)
{
    start();
    unsigned met = 0;
    FOR_EACH_ALLOCATION(n)
    {
        tr_lab_do(here, 0, run_out_and_spawn, &(unsigned){(unsigned)n});
        tr_lab_do(here, 0, run_out, &(unsigned){0});
        ck_assert_int_eq(spawned, 0);
        if (tr_mem_short_count() == before)
            break;
        met++;
    }
    ck_assert_uint_gt(met, 0);
    tr_lab_stop(&here);
}
END_TEST

// Another browser's, which is told to come again.
static void open_another(tr_session *session, void *unused)
{
    (void)unused;
    tr_core *core = session->sessions->core;
    ck_assert_int_eq(tr_send(core, session->connection, tr_actor_address(session->sessions->actor),
                             session_open, .session_id = TR_SLICE("")),
                     0);
}

START_TEST(while_memory_is_short_nothing_new_begins_and_pages_go_on)
{
    start();
    tr_mem_stay_short(true);
    tr_lab_do(here, 0, run_out_and_spawn, &(unsigned){0});
    ck_assert_int_eq(spawned, TR_EFULL);
    click(0);
    ck_assert_int_eq(count_of(0), 1);
    tr_lab_do(here, 0, open_another, NULL);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    tr_mem_stay_short(false);
    tr_lab_do(here, 0, run_out_and_spawn, &(unsigned){0});
    ck_assert_int_eq(spawned, 0);
    tr_lab_open(here, 2, NULL, true);
    ck_assert(tr_lab_look(here, 2)->is_attached);
    tr_lab_stop(&here);
}
END_TEST

// -- an idle page --

static void small_build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count", .size = 40));
    ui_add(page, ui_filled_button("Add one", .key = "add", .on_click = memory_click));
}

static const tr_app small = {.name = "Small", .build = small_build, TR_STATE(struct counted)};

static void write_registration(tr_buf *out)
{
    tr_buf page = {0};
    tr_write_map(&page, 5);
    tr_write_literal(&page, "web");
    tr_write_boolean(&page, true);
    tr_write_literal(&page, "platform");
    tr_write_literal(&page, "linux");
    tr_write_literal(&page, "platform_brightness");
    tr_write_literal(&page, "light");
    tr_write_literal(&page, "width");
    tr_write_integer(&page, 1280);
    tr_write_literal(&page, "height");
    tr_write_integer(&page, 720);
    tr_flet_write_client_register(out, (tr_slice){0}, TR_SLICE(""), tr_buf_slice(&page));
    tr_buf_done(&page);
}

// Of the heap, without the heads of its pieces (bench/README.md has all that an idle session takes).
enum { IDLE_PAGE_BYTES = 1440 };

START_TEST(an_idle_page_takes_little_memory)
{
    tr_buf packet = {0};
    write_registration(&packet);
    here = tr_lab_start_held(&small, 0);
    tr_lab_register(here, 0, packet.data, packet.size, "127.0.0.1", "a browser");
    ck_assert(tr_lab_look(here, 0)->is_attached);
    size_t with = tr_mem_in_use();
    tr_lab_end_session(here, 0);
    size_t without = tr_mem_in_use();
    ck_assert_uint_gt(with, without);
    ck_assert_uint_le(with - without, IDLE_PAGE_BYTES);
    tr_lab_stop(&here);
    tr_buf_done(&packet);
}
END_TEST

Suite *memory_suite(void);
Suite *memory_suite(void)
{
    Suite *suite = suite_create("sdk/session/memory");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, an_opening_goes_on_at_every_allocation);
    tcase_add_test(tests, a_click_that_rebuilds_the_page_goes_on_at_every_allocation);
    tcase_add_test(tests, a_spawn_goes_on_at_every_allocation);
    tcase_add_test(tests, while_memory_is_short_nothing_new_begins_and_pages_go_on);
    tcase_add_test(tests, an_idle_page_takes_little_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
