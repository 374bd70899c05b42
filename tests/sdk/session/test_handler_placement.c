#include "sdk/session/handler_placement.h"

#include "actors/bus/bus.h"
#include "actors/bus/routes.h"
#include "actors/core/core_record.h"
#include "tests/support/system.h"
#include "wire/writer.h"

Suite *placing_suite(void);

static const tr_app app;

static void save(const void *state, tr_saver *out)
{
    (void)state;
    (void)out;
}

// Its state points somewhere.
static const tr_app pointing = {.state = {.save = save}};

static struct bench {
    tr_system *system;
    tr_sessions sessions;
} bench;

typedef struct node {
    uint64_t node;
    uint32_t roles;
    uint32_t cores;
    uint32_t load;
    bool draining;
} node;

static void know(tr_core *core, const node *nodes, uint32_t count)
{
    tr_buf list = {0};
    tr_write_array(&list, count);
    for (uint32_t i = 0; i < count; i++) {
        tr_write_array(&list, 8);
        tr_write_unsigned(&list, nodes[i].node);
        tr_write_literal(&list, "host:1");
        tr_write_unsigned(&list, nodes[i].roles);
        tr_write_unsigned(&list, nodes[i].cores);
        tr_write_array(&list, nodes[i].cores);
        for (uint32_t c = 0; c < nodes[i].cores; c++)
            tr_write_literal(&list, "tcp://10.0.0.1:5000");
        tr_write_unsigned(&list, nodes[i].load);
        tr_write_array(&list, 0);
        tr_write_boolean(&list, nodes[i].draining);
    }
    ok(tr_routes_read(&core->bus->routes,
                      (tr_slice){(const char *)list.data, (uint32_t)list.size}));
    tr_buf_done(&list);
}

static void set_up(void)
{
    bench = (struct bench){.system = system_up(1, TR_TRANSPORT_LOCAL)};
}

static void tear_down(void)
{
    tr_map_done(&bench.sessions.away);
    tr_system_stop(&bench.system);
}

static void on_it(void (*function)(tr_core *core, void *arg))
{
    on_core(bench.system, 0, function, NULL);
}

static tr_sessions *sessions(tr_core *core, enum tr_handlers_mode mode)
{
    bench.sessions.core = core;
    bench.sessions.app = &app;
    bench.sessions.handlers = mode;
    return &bench.sessions;
}

static uint64_t placed(tr_sessions *self, uint64_t avoid)
{
    tr_address place;
    ok(tr_place_call(self, avoid, &place));
    ck_assert(!tr_address_is_set(place) || tr_address_slot(place) == TR_SLOT_HANDLERS);
    return place.node;
}

static void look_at_modes(tr_core *core, void *arg)
{
    (void)arg;
    tr_address place;
    const node worker = {7, TR_ROLE_ALL, 1, 0, false};
    const node handlers = {8, TR_ROLE_HANDLERS, 1, 0, false};
    const node leaving = {8, TR_ROLE_HANDLERS, 1, 0, true};
    know(core, &worker, 1);
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_PREFER), 0), 0);
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_LOCAL), 0), 0);
    fails(tr_place_call(sessions(core, TR_HANDLERS_REQUIRE), 0, &place), TR_EUNAVAILABLE);
    know(core, &leaving, 1);
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_PREFER), 0), 0);
    know(core, &handlers, 1);
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_PREFER), 0), 8);
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_REQUIRE), 0), 8);
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_LOCAL), 0), 0);
    sessions(core, TR_HANDLERS_REQUIRE)->app = &pointing;
    ck_assert_uint_eq(placed(&bench.sessions, 0), 0);
    // It said that it has no room.
    ck_assert_uint_eq(placed(sessions(core, TR_HANDLERS_PREFER), 8), 0);
    fails(tr_place_call(sessions(core, TR_HANDLERS_REQUIRE), 8, &place), TR_EUNAVAILABLE);
}

START_TEST(the_mode_says_where)
{
    on_it(look_at_modes);
}
END_TEST

enum { TRIES = 2000 };

static unsigned share_of(tr_sessions *self, uint64_t wanted)
{
    unsigned count = 0;
    for (unsigned i = 0; i < TRIES; i++)
        count += placed(self, 0) == wanted;
    return count;
}

static void look_at_load(tr_core *core, void *arg)
{
    (void)arg;
    tr_sessions *self = sessions(core, TR_HANDLERS_PREFER);
    const node equal[] = {{8, TR_ROLE_HANDLERS, 1, 5, false}, {9, TR_ROLE_HANDLERS, 1, 5, false}};
    know(core, equal, 2);
    unsigned share = share_of(self, 8);
    ck_assert(share > TRIES * 4 / 10 && share < TRIES * 6 / 10);
    // Chance picks twice the busier one a quarter of the time.
    const node busy[] = {{8, TR_ROLE_HANDLERS, 1, 6, false}, {9, TR_ROLE_HANDLERS, 1, 5, false}};
    know(core, busy, 2);
    share = share_of(self, 8);
    ck_assert(share > TRIES * 2 / 10 && share < TRIES * 3 / 10);
    // A load is of all core threads.
    const node large[] = {{8, TR_ROLE_HANDLERS, 4, 12, false}, {9, TR_ROLE_HANDLERS, 1, 5, false}};
    know(core, large, 2);
    ck_assert_uint_gt(share_of(self, 8), TRIES * 7 / 10);
    // Calls of our own count before the list says so.
    know(core, equal, 2);
    tr_address place = tr_address_of(8, 0, TR_SLOT_HANDLERS);
    tr_place_begin(self, place);
    tr_place_begin(self, place);
    ck_assert_uint_lt(share_of(self, 8), TRIES * 3 / 10);
    tr_place_end(self, place);
    tr_place_end(self, place);
    ck_assert_uint_eq(self->away.count, 0);
    share = share_of(self, 8);
    ck_assert(share > TRIES * 4 / 10 && share < TRIES * 6 / 10);
}

START_TEST(the_less_busy_of_two_gets_it)
{
    on_it(look_at_load);
}
END_TEST

Suite *placing_suite(void)
{
    Suite *suite = suite_create("sdk/session/handler_placement");
    TCase *tcase = tcase_create("where sync handlers run");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_mode_says_where);
    tcase_add_test(tcase, the_less_busy_of_two_gets_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
