// Every function of the public headers with what authors pass by mistake: NULL, texts that are no
// UTF-8 or far too long, numbers that are none, positions beyond all ends, objects of another
// thread; from a page's build, async and sync handlers, an actor and a thread of the app's own. The
// calls are generated from the headers (tools/public_calls.mjs). None may end the process.

#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/code_here.h"
#include "base/log.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/actors.h"
#include "troupe/troupe.h"

Suite *sdk_public_calls_suite(void);

typedef struct mistakes {
    uint64_t random;
    tr_page *page;
    tr_core *core;
    tr_actor *actor;
} mistakes;

typedef struct public_call {
    const char *name;
    void (*call)(mistakes *m);
} public_call;

enum { TRIES = 64, ROOM = 4096 };

static char far_too_long[70000];
static _Thread_local char room[ROOM];

static uint64_t next(mistakes *m, unsigned below)
{
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (m->random >> 33) % below;
}

static const char *pick_text(mistakes *m)
{
    static const char *const texts[] = {NULL,     "",     "caf\xe9", "\xf0\x9f",
                                        "a\x01z", "here", "/",       far_too_long};
    return texts[next(m, sizeof texts / sizeof *texts)];
}

static const char *given(const char *text)
{
    return text != NULL ? text : "";
}

static double pick_number(mistakes *m)
{
    static const double numbers[] = {NAN, INFINITY, -INFINITY, -1, 0, 1e300, 5e-324, 4294967296.0};
    return numbers[next(m, sizeof numbers / sizeof *numbers)];
}

static int64_t pick_integer(mistakes *m)
{
    static const int64_t integers[] = {0,         1,          -1,        7,        1000,
                                       INT32_MAX, UINT32_MAX, INT64_MAX, INT64_MIN};
    return integers[next(m, sizeof integers / sizeof *integers)];
}

// None that a thread of the test may have open, and may close at any moment.
static int pick_fd(mistakes *m)
{
    static const int descriptors[] = {0, -1, 1000000, INT32_MAX, INT32_MIN};
    return descriptors[next(m, sizeof descriptors / sizeof *descriptors)];
}

static void *pick_out(mistakes *m)
{
    return next(m, 3) == 0 ? NULL : room;
}

static const void *pick_bytes(mistakes *m)
{
    return pick_out(m);
}

// What there is behind a pointer nobody can check.
static size_t pick_size(mistakes *m)
{
    static const size_t sizes[] = {0, 1, 5, ROOM};
    return sizes[next(m, sizeof sizes / sizeof *sizes)];
}

static tr_page *pick_page(mistakes *m)
{
    return next(m, 4) == 0 ? NULL : m->page;
}

static tr_core *pick_core(mistakes *m)
{
    return next(m, 4) == 0 ? NULL : m->core;
}

static tr_actor *pick_actor(mistakes *m)
{
    return next(m, 4) == 0 ? NULL : m->actor;
}

static ui_control *pick_control(mistakes *m)
{
    return next(m, 2) == 0 || m->page == NULL ? NULL : ui_text("x");
}

static tr_address pick_address(mistakes *m)
{
    return (tr_address){(uint64_t)pick_integer(m), (uint64_t)pick_integer(m)};
}

__attribute__((unused)) static tr_slice pick_slice(mistakes *m)
{
    return tr_slice_of(pick_text(m));
}

#include "public_calls.h"

enum { CALLS = sizeof public_calls / sizeof *public_calls };

static void make(unsigned which, tr_page *page, tr_core *core, tr_actor *actor)
{
    mistakes m = {which + 1, page, core, actor};
    for (unsigned i = 0; i < TRIES; i++) {
        tr_code_is(public_calls[which].name, NULL, 0); // a crash says which call it was
        public_calls[which].call(&m);
    }
    tr_code_is(NULL, NULL, 0);
}

static void make_all(tr_page *page, tr_core *core, tr_actor *actor)
{
    for (unsigned i = 0; i < CALLS; i++)
        make(i, page, core, actor);
}

// -- pages --

static atomic_uint begun;

// Each in a handler of its own: some wait for what never comes.
static void make_one(tr_event *ev)
{
    unsigned which = atomic_fetch_add(&begun, 1);
    if (which < CALLS)
        make(which, ev, tr_core_current(), NULL);
}

TR_ASYNC(call_async)
{
    make_one(ev);
}

TR_SYNC(call_sync)
{
    make_one(ev);
}

static void build_page(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    for (unsigned i = 0; i < CALLS; i++, atomic_store(&begun, i))
        make(i, page, tr_core_current(), NULL);
}

static void build_async(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    for (unsigned i = 0; i < CALLS; i++)
        (void)tr_run_task(page, call_async);
}

static void build_sync(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    for (unsigned i = 0; i < CALLS; i++)
        (void)tr_run_thread(page, call_sync);
}

static void (*const builds[])(tr_page *page) = {build_page, build_async, build_sync};

START_TEST(of_a_page)
{
    atomic_store(&begun, 0);
    lab *self = tr_lab_start(&(tr_app){.build = builds[_i]}, 60000);
    tr_lab_open(self, 0, NULL, true);
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (atomic_load(&begun) < CALLS && tr_clock_ms() < deadline)
        (void)tr_lab_look(self, 0);
    unsigned count = atomic_load(&begun);
    ck_assert_msg(count >= CALLS, "%u of %u: %s", count, CALLS, public_calls[count % CALLS].name);
    tr_lab_stop(&self);
}
END_TEST

// -- actors --

static void call_here(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    if (TR_TYPE(message) == TR_MSG_probe)
        make((unsigned)TR_BODY(message, probe)->number, NULL, tr_actor_core(self), self);
}

// Some calls end the actor that makes them: each has its own.
static void call_from_actors(tr_core *core, void *arg)
{
    script *scripts = arg;
    for (unsigned i = 0; i < CALLS; i++) {
        scripts[i] = (script){SCRIPT, .on_message = call_here};
        spawn_as(core, &script_behaviour, &scripts[i], 0);
        ok(tr_send(core, TR_NOWHERE, scripts[i].address, probe, .number = i));
    }
}

static script scripts[CALLS];

START_TEST(of_an_actor)
{
    tr_system *system =
        system_up_with(&(tr_system_options){.core_count = 2, .drain_ms = TEST_DEADLINE_MS});
    on_core(system, 0, call_from_actors, scripts);
    for (unsigned i = 0; i < CALLS; i++)
        tally_wait(&scripts[i].received, 1);
    tr_system_stop(&system);
}
END_TEST

typedef struct elsewhere {
    script script;
    tr_core *core;
    tr_actor *actor;
} elsewhere;

static elsewhere there;
static atomic_uint refused;

static void hear(const char *line, size_t size)
{
    (void)size;
    if (strstr(line, "event=actor_misuse") != NULL)
        atomic_fetch_add(&refused, 1);
}

static void live_there(tr_core *core, void *arg)
{
    elsewhere *self = arg;
    self->script = (script){SCRIPT};
    self->core = core;
    self->actor = tr_actor_find(core, spawn_as(core, &script_behaviour, &self->script, 0));
}

START_TEST(of_objects_of_another_thread)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, live_there, &there);
    tr_log_listen(hear);
    fails(tr_spawn(there.core, &script_behaviour, NULL, 0, NULL), TR_EWRONGTHREAD);
    fails(tr_after(there.actor, 1, 1), TR_EWRONGTHREAD);
    fails(tr_send(there.core, TR_NOWHERE, there.script.address, probe, .number = 1),
          TR_EWRONGTHREAD);
    fails((int)tr_monitor(there.actor, TR_NOWHERE), TR_EWRONGTHREAD);
    ck_assert_uint_eq(atomic_load(&refused), 4);
    make_all(NULL, there.core, there.actor);
    tr_log_listen(NULL);
    ck_assert_uint_eq(tally_get(&there.script.received), 0);
    tr_system_stop(&system);
}
END_TEST

Suite *sdk_public_calls_suite(void)
{
    Suite *suite = suite_create("sdk/api/public_calls");
    TCase *tests = tcase_create("mistakes");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, of_a_page, 0, 3);
    tcase_add_test(tests, of_an_actor);
    tcase_add_test(tests, of_objects_of_another_thread);
    suite_add_tcase(suite, tests);
    return suite;
}
