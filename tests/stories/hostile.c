// Strangers on the bus: random messages of every row of messages.def, from anybody to anybody and
// in any order (tests/stress/stranger.c), while three apps are used, each on a core thread of its
// own, with a broker, an agent, a gateway with a real browser, names, topics, handlers and pools.
// None may do more than be refused: no abort, no memory fault, no thread that stands still, nothing
// left behind at the end.
//
// HOSTILE_SECONDS: how long (default 10 under a sanitizer, 4 otherwise). SEED: the choices of an
// earlier run. HOSTILE_SAY=1 prints each message before it is delivered.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "base/log.h"
#include "base/random.h"
#include "broker/agent.h"
#include "broker/broker.h"
#include "gateway/gateway.h"
#include "sdk/roles/handlers_role.h"
#include "sdk/roles/sessions_role.h"
#include "sdk/session/move.h"
#include "tests/stress/hostile_apps.h"
#include "tests/stress/stranger.h"
#include "tests/support/browser.h"
#include "tests/support/system.h"

Suite *stories_hostile_suite(void);

enum { CORES = 3, VISITORS = 4, MESSAGES_PER_BURST = 32, CLICKS_PER_BURST = 8, HOSTILE_MS = 400 };

static const tr_app *const apps[CORES] = {&hostile_counter, &hostile_todo, &hostile_chat};

static struct hostile {
    uint64_t seed;
    unsigned port;
    stranger strangers[CORES];
    struct visitor *visitors[CORES][VISITORS];
    _Atomic uint64_t packets;
} hostile;

// -- people --

// A connection: shows what it is sent, clicks, moves along, comes again.
typedef struct visitor {
    tr_actor *actor;
    tr_address session;
    struct visitor **place;
} visitor;

static int visitor_starts(tr_actor *actor, const void *args)
{
    visitor *self = tr_actor_state(actor);
    self->actor = actor;
    self->place = *(visitor * *const *)args;
    *self->place = self;
    return 0;
}

// Strangers link it to themselves and end.
static void visitor_stops(tr_actor *actor)
{
    const visitor *self = tr_actor_state(actor);
    *self->place = NULL;
}

static void visitor_hears(tr_actor *actor, tr_message *message)
{
    visitor *self = tr_actor_state(actor);
    tr_core *core = tr_actor_core(actor);
    tr_address own = tr_actor_address(actor);
    switch (TR_TYPE(message)) {
    case TR_MSG_session_attached:
        self->session = message->from;
        break;
    case TR_MSG_browser_packet:
        atomic_fetch_add_explicit(&hostile.packets, 1, memory_order_relaxed);
        (void)tr_send(core, own, message->from, browser_packet_written, .packets = 1);
        break;
    case TR_MSG_session_hold:
        (void)tr_send(core, own, message->from, session_held,
                      .token = TR_BODY(message, session_hold)->token);
        break;
    case TR_MSG_session_moved:
        self->session = message->from;
        (void)tr_send(core, own, message->from, session_resumed,
                      .token = TR_BODY(message, session_moved)->token);
        break;
    case TR_MSG_browser_close:
        self->session = TR_NOWHERE;
        break;
    default:
        break;
    }
}

static const tr_behaviour visitor_behaviour = {.name = "visitor",
                                               .state_size = sizeof(visitor),
                                               .on_start = visitor_starts,
                                               .on_message = visitor_hears,
                                               .on_stop = visitor_stops};

static void opens(visitor *self, tr_core *core, stranger *luck)
{
    static const char page[] = "\x82\xa5route\xa1/\xa5width\xcd\x05\x00";
    const char *id =
        luck->text_count != 0 ? luck->texts[stranger_random(luck, luck->text_count)] : "";
    (void)tr_send(core, tr_actor_address(self->actor),
                  tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_SESSIONS),
                  session_open, .session_id = tr_slice_of(strlen(id) == 28 ? id : ""),
                  .page = {page, sizeof page - 1}, .newest_wins = true);
}

static void clicks(visitor *self, tr_core *core, stranger *luck)
{
    static const char *const events[] = {"click", "click", "click", "change", "dismiss"};
    for (unsigned i = 0; i < CLICKS_PER_BURST; i++)
        (void)tr_send(core, tr_actor_address(self->actor), self->session, browser_event,
                      .target = TR_ID_FIRST + (uint32_t)stranger_random(luck, 40),
                      .name = tr_slice_of(events[stranger_random(luck, 5)]),
                      .data = TR_SLICE("\xc0"));
    if (stranger_random(luck, 16) == 0) { // this one goes away, and comes again
        (void)tr_send(core, tr_actor_address(self->actor), self->session, session_detach,
                      .code = 1001);
        self->session = TR_NOWHERE;
    }
}

static void visits(tr_core *core, stranger *luck, visitor **place)
{
    if (*place == NULL)
        ok(tr_spawn(core, &visitor_behaviour, &place, 0, NULL));
    if (tr_address_is_set((*place)->session))
        clicks(*place, core, luck);
    else
        opens(*place, core, luck);
}

// Some session leaves for the next core thread, which has another app and may refuse it.
static void moves(tr_core *core, stranger *luck)
{
    const tr_sessions *sessions = tr_core_role(core, TR_ROLE_SLOT_SDK);
    unsigned to = (tr_core_index(core) + 1) % CORES;
    tr_session *session = sessions->by_id;
    for (uint64_t skip = stranger_random(luck, 4); session != NULL && skip != 0; skip--)
        session = session->by_id.next;
    if (session != NULL && session->move == NULL)
        tr_move_begin(session, tr_address_of(tr_core_node(core), to, TR_SLOT_SESSIONS),
                      1 + stranger_random(luck, 1000));
}

static void burst(tr_core *core, void *unused)
{
    (void)unused;
    unsigned index = tr_core_index(core);
    stranger *luck = &hostile.strangers[index];
    stranger_speaks(luck, core, MESSAGES_PER_BURST);
    for (unsigned i = 0; i < VISITORS; i++)
        visits(core, luck, &hostile.visitors[index][i]);
    if (stranger_random(luck, 8) == 0)
        moves(core, luck);
}

// A person at the gateway, who looks away: what strangers have the gateway send is not always a
// page.
static void browse(browser **self, uint64_t round)
{
    if (*self == NULL) {
        *self = browser_connect(hostile.port);
        if (*self == NULL)
            return;
        browser_register(*self, BROWSER_OURS, NULL);
        browser_stop_reading(*self, true);
        return;
    }
    browser_click_id(*self, TR_ID_FIRST + (uint32_t)(round % 40));
    if (round % 32 == 0) {
        browser_cut(*self);
        browser_free(*self);
        *self = NULL;
    }
}

// -- the system --

static int set_up(tr_core *core, void *unused)
{
    (void)unused;
    unsigned index = tr_core_index(core);
    hostile.strangers[index].random = hostile.seed + index;
    hostile.strangers[index].is_loud = getenv("HOSTILE_SAY") != NULL;
    static const tr_agent_options agent = {.name = "hostile", .roles = TR_ROLE_WORKER};
    int result = index == 0 ? tr_broker_start(core, NULL) : 0;
    if (result == 0 && index == 0)
        result = tr_agent_start(core, &agent);
    if (result == 0)
        result = tr_sessions_start(
            core, &(tr_sessions_options){.app = apps[index], .timeout_ms = HOSTILE_MS});
    if (result == 0)
        result = tr_handlers_start(core, apps[index]);
    if (result == 0 && index == 0)
        result = tr_gateway_start(core, &(tr_gateway_options){.host = "127.0.0.1"}, &hostile.port);
    return result;
}

static void close_gateway(tr_core *core, void *unused)
{
    (void)unused;
    tr_gateway_stop(core);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *number = getenv(name);
    return number != NULL && *number != '\0' ? strtoull(number, NULL, 0) : otherwise;
}

START_TEST(nothing_that_strangers_say_harms)
{
    hostile.seed = number_of("SEED", tr_random_u64());
    uint64_t milliseconds = 1000 * number_of("HOSTILE_SECONDS", TEST_UNDER_SANITIZER ? 10 : 4);
    fprintf(stderr, "hostile: SEED=%llu\n", (unsigned long long)hostile.seed);
    tr_log_level_set(TR_LOG_ERROR);
    tr_system *system = system_up_with(&(tr_system_options){
        .core_count = CORES, .bus_endpoint = "tcp://127.0.0.1", .setup = set_up});
    browser *person = NULL;
    uint64_t until = tr_clock_ms() + milliseconds;
    for (uint64_t round = 0; tr_clock_ms() < until; round++) {
        for (unsigned i = 0; i < CORES; i++)
            on_core(system, i, burst, NULL);
        if (round % 8 == 0)
            browse(&person, round / 8);
    }
    uint64_t said = 0;
    uint64_t refused = 0;
    for (unsigned i = 0; i < CORES; i++) {
        said += hostile.strangers[i].said;
        refused += hostile.strangers[i].refused;
    }
    if (person != NULL)
        browser_free(person);
    on_core(system, 0, close_gateway, NULL);
    tr_system_stop(&system);
    for (unsigned i = 0; i < CORES; i++)
        stranger_done(&hostile.strangers[i]);
    fprintf(stderr, "hostile: said=%llu refused=%llu packets=%llu\n", (unsigned long long)said,
            (unsigned long long)refused, (unsigned long long)hostile.packets);
    ck_assert_uint_gt(said, 1000);
    ck_assert_uint_gt(hostile.packets, 10); // and people went on using the pages
}
END_TEST

Suite *stories_hostile_suite(void)
{
    Suite *suite = suite_create("stories_hostile");
    TCase *tests = tcase_create("hostile");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, nothing_that_strangers_say_harms);
    suite_add_tcase(suite, tests);
    return suite;
}
