// Processes that die, hang or cannot be reached, as the two ends of a monitor see it, without a
// broker and with a dead one. The times are printed; what is asserted leaves room for a busy
// machine.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/bus.h"
#include "actors/bus/liveness.h"
#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "tests/support/browser.h"
#include "tests/support/peer.h"
#include "tests/support/proxy.h"
#include "tests/support/system.h"
#include "tests/support/world.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { BOUND_MS = 60000, MUCH_BYTES = 8 << 20 };

static const char *const buses[] = {"tcp://127.0.0.1", "ipc://@"};

// Each story is told over tcp and ipc, and of links with connections of their own and of links that a
// trunk carries.
enum { WAYS = 4 };

static const char *bus_of(int way)
{
    return buses[way % 2];
}

static bool is_shared; // a trunk carries them

// One who watches the mate, and hears its beats.
typedef struct watcher {
    script actor;
    tr_address mate;
    uint64_t down_ms;
    uint64_t last;    // beat
    uint64_t weighed; // bytes of what it was sent, as the mate tells
    int64_t reason;
    tally beats;
    tally answers;
    tally downs;
} watcher;

static tr_system *here;
static peer there;
static proxy *way_there;
static proxy *way_back;
static watcher eye;

static void tear_down(void)
{
    peer_kill(&there);
    tr_system_stop(&here);
    if (way_there != NULL)
        proxy_stop(&way_there);
    if (way_back != NULL)
        proxy_stop(&way_back);
}

static void see(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    watcher *all = of->arg;
    if (TR_TYPE(message) == TR_MSG_probe) {
        all->last = TR_BODY(message, probe)->number;
        if (all->last > PEER_WEIGHED) {
            all->weighed = all->last - PEER_WEIGHED;
            tally_add(&all->answers, 1);
            return;
        }
        tally_add(&all->beats, 1);
    } else if (TR_TYPE(message) == TR_MSG_down) {
        all->down_ms = tr_clock_ms();
        all->reason = TR_BODY(message, down)->reason;
        tally_add(&all->downs, 1);
    }
}

static void greet(tr_core *core, void *arg)
{
    watcher *all = arg;
    tr_actor *self = tr_actor_find(core, all->actor.address);
    ck_assert_int_gt(tr_monitor(self, all->mate), 0);
    ok(tr_send(core, all->actor.address, all->mate, probe, .number = 1));
}

// From now on both watch each other.
static void begin(void)
{
    eye.mate = there.mate;
    uint64_t heard = tally_get(&eye.beats);
    on_core(here, 0, greet, &eye);
    tally_wait(&eye.beats, heard + 2);
}

static void tell_route(tr_core *core, void *arg)
{
    tr_buf list = {0};
    tr_write_array(&list, 1);
    tr_buf endpoints = {0};
    tr_write_array(&endpoints, 2);
    tr_write_literal(&endpoints, arg);
    tr_write_literal(&endpoints, there.echo_endpoint);
    tr_row_write(&list, member, .node = there.mate.node, .name = TR_SLICE("there"), .cores = 2,
                 .endpoints = tr_buf_slice(&endpoints),
                 .trunk = is_shared ? tr_slice_of(arg) : (tr_slice){0});
    tr_buf_done(&endpoints);
    tr_address to = tr_address_of(tr_core_node(core), 0, TR_SLOT_CORE);
    ok(tr_send(core, TR_NOWHERE, to, routes_changed,
               .members = {(const char *)list.data, (uint32_t)list.size}));
    tr_buf_done(&list);
}

static void route_by(const char *endpoint)
{
    on_core(here, 0, tell_route, (void *)(uintptr_t)endpoint);
}

static const char *endpoint_there(void)
{
    return is_shared ? there.trunk : there.endpoint;
}

static void set_up(int way)
{
    is_shared = way / 2 != 0;
    peer_start(&there, bus_of(way));
    here = system_up_with(&(tr_system_options){
        .core_count = is_shared ? 2 : 1, .bus_endpoint = bus_of(way), .trunk_over = is_shared});
    eye = (watcher){.actor = {SCRIPT, .on_message = see, .arg = &eye},
                    .beats = TALLY,
                    .answers = TALLY,
                    .downs = TALLY};
    spawn_on(here, 0, &eye.actor);
}

static void set_up_direct(int way)
{
    set_up(way);
    route_by(endpoint_there());
}

static void advertise(tr_core *core, void *arg)
{
    if (is_shared) {
        free(core->system->trunk_endpoint);
        core->system->trunk_endpoint = tr_copy_text(arg, strlen(arg));
        return;
    }
    free(core->bus->endpoint);
    core->bus->endpoint = core->system->threads[0].endpoint = tr_copy_text(arg, strlen(arg));
}

// Both ways lead through a proxy.
static void set_up_cuttable(bool shared)
{
    set_up(shared ? 2 : 0);
    way_there = proxy_start(endpoint_there());
    way_back = proxy_start(shared ? here->trunk_endpoint : tr_system_endpoint(here, 0));
    on_core(here, 0, advertise, (void *)(uintptr_t)proxy_endpoint(way_back));
    route_by(proxy_endpoint(way_there));
}

static void figure(const char *what, uint64_t since_ms, uint64_t at_ms)
{
    uint64_t took_ms = at_ms > since_ms ? at_ms - since_ms : 0;
    printf("figure %s=%u ms\n", what, (unsigned)took_ms);
    fflush(stdout);
    ck_assert_uint_le(took_ms, BOUND_MS);
}

START_TEST(a_killed_process_is_down_at_once)
{
    set_up_direct(_i);
    begin();
    uint64_t at_ms = tr_clock_ms();
    peer_kill(&there);
    tally_wait(&eye.downs, 1);
    ck_assert_int_eq(eye.reason, TR_EGONE);
    figure(_i % 2 == 0 ? "sigkill_tcp" : "sigkill_ipc", at_ms, eye.down_ms);
}
END_TEST

START_TEST(a_stopped_process_is_down_and_when_it_wakes_both_agree)
{
    set_up_direct(_i);
    begin();
    uint64_t at_ms = tr_clock_ms();
    kill(there.pid, SIGSTOP);
    tally_wait(&eye.downs, 1);
    ck_assert_int_eq(eye.reason, TR_EGONE);
    figure(_i % 2 == 0 ? "sigstop_tcp" : "sigstop_ipc", at_ms, eye.down_ms);
    // Nothing of what it says before it knows gets through.
    uint64_t beats = tally_get(&eye.beats);
    uint64_t woken_ms = tr_clock_ms();
    kill(there.pid, SIGCONT);
    figure(_i % 2 == 0 ? "sigcont_learns_tcp" : "sigcont_learns_ipc", woken_ms,
           peer_down_ms(&there));
    ck_assert_uint_eq(tally_get(&eye.beats), beats);
    // And then they begin anew.
    begin();
    ck_assert_uint_eq(tally_get(&eye.downs), 1);
    peer_kill(&there);
    tally_wait(&eye.downs, 2);
}
END_TEST

static const struct {
    const char *name;
    unsigned there; // the way that we dialed is cut
    unsigned back;  // on the way that they dialed
} cuts[] = {
    {"cut_both", PROXY_THERE | PROXY_BACK, PROXY_THERE | PROXY_BACK},
    {"cut_there", PROXY_THERE, PROXY_BACK},
    {"cut_back", PROXY_BACK, PROXY_THERE},
    {"cut_one_connection", PROXY_THERE | PROXY_BACK, 0},
};
enum { CUTS = sizeof cuts / sizeof *cuts };

START_TEST(a_cut_network_is_seen_from_both_sides)
{
    set_up_cuttable(_i >= CUTS);
    begin();
    uint64_t at_ms = tr_clock_ms();
    proxy_cut(way_there, cuts[_i % CUTS].there);
    proxy_cut(way_back, cuts[_i % CUTS].back);
    tally_wait(&eye.downs, 1);
    char name[64];
    snprintf(name, sizeof name, "%s_seen_here", cuts[_i % CUTS].name);
    figure(name, at_ms, eye.down_ms);
    snprintf(name, sizeof name, "%s_seen_there", cuts[_i % CUTS].name);
    figure(name, at_ms, peer_down_ms(&there));
    // Healed, they begin anew; what was said into the void does not come out of it.
    uint64_t beats = tally_get(&eye.beats);
    proxy_cut(way_there, 0);
    proxy_cut(way_back, 0);
    ck_assert_uint_eq(tally_get(&eye.beats), beats);
    begin();
    peer_kill(&there);
    tally_wait(&eye.downs, 2);
}
END_TEST

START_TEST(a_successor_at_the_same_endpoint_gets_nothing_meant_for_the_dead)
{
    set_up_cuttable(_i != 0);
    begin();
    tr_address dead = there.mate;
    peer_kill(&there);
    tally_wait(&eye.downs, 1);
    peer_start(&there, buses[0]);
    ck_assert_uint_ne(there.mate.node, dead.node);
    proxy_aim(way_there, endpoint_there());
    // Somebody listens there, and it is not the one that is meant.
    tr_address successor = there.mate;
    there.mate = dead;
    route_by(proxy_endpoint(way_there));
    uint64_t beats = tally_get(&eye.beats);
    uint64_t at_ms = tr_clock_ms();
    eye.mate = dead;
    on_core(here, 0, greet, &eye);
    tally_wait(&eye.downs, 2);
    ck_assert_int_eq(eye.reason, TR_EGONE);
    figure("successor", at_ms, eye.down_ms);
    ck_assert_uint_eq(tally_get(&eye.beats), beats);
    there.mate = successor;
    route_by(proxy_endpoint(way_there));
    begin();
    ck_assert_uint_eq(tally_get(&eye.downs), 2);
}
END_TEST

static void only_watch(tr_core *core, void *arg)
{
    watcher *all = arg;
    ck_assert_int_gt(tr_monitor(tr_actor_find(core, all->actor.address), all->mate), 0);
}

static bool is_later(tr_core *core, void *arg)
{
    return tr_core_now_ms(core) >= *(uint64_t *)arg;
}

START_TEST(who_has_nothing_to_say_is_kept_alive_by_heartbeats)
{
    set_up_direct(_i);
    eye.mate = there.mate;
    on_core(here, 0, only_watch, &eye);
    uint64_t later_ms = tr_clock_ms() + 2 * TR_PEER_SILENCE_MS + TR_HEARTBEAT_MS;
    eventually_on(here, 0, is_later, &later_ms);
    ck_assert_uint_eq(tally_get(&eye.downs), 0);
    peer_kill(&there);
    tally_wait(&eye.downs, 1);
}
END_TEST

static void send_much(tr_core *core, void *arg)
{
    const watcher *all = arg;
    char *bytes = calloc(1, MUCH_BYTES);
    tr_msg_probe body = {.number = 1, .payload = {bytes, MUCH_BYTES}};
    ok(tr_send_body(core, all->actor.address, all->mate, TR_MSG_probe, &body));
    free(bytes);
}

// It takes longer than an end may be silent, and what would be said meanwhile waits behind it.
static void arrives_slowly(void (*send)(tr_core *core, void *arg))
{
    proxy_slow(way_there, MUCH_BYTES / (2 * TR_PEER_SILENCE_MS / 1000));
    on_core(here, 0, send, &eye);
    tally_wait(&eye.answers, 1);
    ck_assert_uint_eq(eye.weighed, MUCH_BYTES);
    ck_assert_uint_eq(tally_get(&eye.downs), 0);
    peer_kill(&there);
    tally_wait(&eye.downs, 1);
}

START_TEST(what_is_long_on_its_way_is_no_silence)
{
    set_up_cuttable(_i != 0);
    begin();
    arrives_slowly(send_much);
}
END_TEST

static void send_much_and_leave(tr_core *core, void *arg)
{
    send_much(core, arg);
    tr_liveness_leave(core);
    ck_assert_uint_eq(tr_liveness_awaited(core), 1);
}

static bool awaits_nobody(tr_core *core, void *arg)
{
    (void)arg;
    return tr_liveness_awaited(core) == 0;
}

// A goodbye takes another way, on which it would be faster.
START_TEST(who_leaves_waits_until_its_last_words_were_heard)
{
    set_up_cuttable(_i != 0);
    begin();
    proxy_slow(way_there, MUCH_BYTES);
    on_core(here, 0, send_much_and_leave, &eye);
    eventually_on(here, 0, awaits_nobody, NULL);
    tally_wait(&eye.answers, 1);
}
END_TEST

static void watch_and_send_much(tr_core *core, void *arg)
{
    only_watch(core, arg);
    send_much(core, arg);
}

// The peer does not know of us before the first message is there, nor do we know that it lives.
START_TEST(what_is_long_on_its_way_may_be_the_first)
{
    set_up_cuttable(_i != 0);
    eye.mate = there.mate;
    arrives_slowly(watch_and_send_much);
}
END_TEST

static void have_it_block(tr_core *core, void *arg)
{
    const watcher *all = arg;
    ok(tr_send(core, all->actor.address, all->mate, probe, .number = PEER_BLOCK));
}

static script listener;

static void hear_echo(tr_actor *self, script *of, tr_message *message)
{
    (void)self, (void)of;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_probe);
}

static void ask_echo(tr_core *core, void *arg)
{
    ok(tr_send(core, ((script *)arg)->address, there.echo, probe, .number = 1));
}

static bool is_told_busy(tr_core *core, void *arg)
{
    const tr_bus_link *link = tr_bus_link_find(core, there.mate.node, 0);
    (void)arg;
    return link != NULL && strcmp(link->busy_with, "mate") == 0;
}

static void is_still_busy(tr_core *core, void *arg)
{
    ck_assert(is_told_busy(core, arg));
}

START_TEST(a_thread_that_a_handler_keeps_is_not_a_process_that_is_gone)
{
    set_up_direct(_i);
    listener = (script){SCRIPT, .on_message = hear_echo};
    spawn_on(here, 0, &listener);
    begin();
    on_core(here, 0, have_it_block, &eye);
    eventually_on(here, 0, is_told_busy, NULL);
    uint64_t over_ms =
        tr_clock_ms() + 2 * TR_PEER_SILENCE_MS; // nobody is listened for longer in vain
    for (uint64_t asked = 1; tr_clock_ms() < over_ms; asked++) { // its other threads answer
        on_core(here, 0, ask_echo, &listener);
        tally_wait(&listener.received, asked);
    }
    on_core(here, 0, is_still_busy, NULL);
    uint64_t beats = tally_get(&eye.beats);
    peer_release(&there);
    tally_wait(&eye.beats, beats + 1);
    ck_assert_uint_eq(tally_get(&eye.downs), 0);
    // Stopped while it is busy, it is gone like any other.
    on_core(here, 0, have_it_block, &eye);
    kill(there.pid, SIGSTOP);
    uint64_t at_ms = tr_clock_ms();
    tally_wait(&eye.downs, 1);
    figure(_i % 2 == 0 ? "sigstop_busy_tcp" : "sigstop_busy_ipc", at_ms, eye.down_ms);
}
END_TEST

// By a trunk, what other links to that process say waits behind it, too.
START_TEST(what_is_long_on_its_way_makes_no_other_link_silent)
{
    set_up_cuttable(_i != 0);
    listener = (script){SCRIPT, .on_message = hear_echo};
    spawn_on(here, 0, &listener);
    begin();
    on_core(here, 0, ask_echo, &listener);
    tally_wait(&listener.received, 1);
    arrives_slowly(send_much);
}
END_TEST

static world cluster;

static void tear_cluster_down(void)
{
    world_stop(&cluster);
}

START_TEST(without_its_broker_a_cluster_still_sees_who_hangs)
{
    world_start(&cluster,
                &(world_options){.gateways = 1, .workers = 1, .bus = _i == 0 ? "tcp" : "ipc"});
    browser *b = browser_open(world_port(&cluster, 0));
    process_kill(&cluster.broker);
    uint64_t at_ms = tr_clock_ms();
    kill(cluster.workers[0].pid, SIGSTOP);
    eventually(browser_close_code(b) == 1012);
    figure("sigstop_worker_no_broker", at_ms, tr_clock_ms());
    browser_free(b);
    // It is where it was, and is found there again.
    kill(cluster.workers[0].pid, SIGCONT);
    world_start_broker(&cluster, cluster.endpoint);
    world_await_sessions(&cluster, 0);
}
END_TEST

Suite *liveness_suite(void);
Suite *liveness_suite(void)
{
    Suite *suite = suite_create("liveness");
    TCase *two = tcase_create("two processes");
    tcase_set_timeout(two, 120);
    tcase_add_checked_fixture(two, NULL, tear_down);
    tcase_add_loop_test(two, a_killed_process_is_down_at_once, 0, WAYS);
    tcase_add_loop_test(two, a_stopped_process_is_down_and_when_it_wakes_both_agree, 0, WAYS);
    tcase_add_loop_test(two, a_cut_network_is_seen_from_both_sides, 0, 2 * CUTS);
    tcase_add_loop_test(two, a_successor_at_the_same_endpoint_gets_nothing_meant_for_the_dead, 0,
                        2);
    tcase_add_loop_test(two, a_thread_that_a_handler_keeps_is_not_a_process_that_is_gone, 0, WAYS);
    tcase_add_loop_test(two, who_has_nothing_to_say_is_kept_alive_by_heartbeats, 0, WAYS);
    tcase_add_loop_test(two, what_is_long_on_its_way_is_no_silence, 0, 2);
    tcase_add_loop_test(two, what_is_long_on_its_way_makes_no_other_link_silent, 0, 2);
    tcase_add_loop_test(two, what_is_long_on_its_way_may_be_the_first, 0, 2);
    tcase_add_loop_test(two, who_leaves_waits_until_its_last_words_were_heard, 0, 2);
    suite_add_tcase(suite, two);
    TCase *many = tcase_create("a cluster");
    tcase_set_timeout(many, 180);
    tcase_add_checked_fixture(many, NULL, tear_cluster_down);
    tcase_add_loop_test(many, without_its_broker_a_cluster_still_sees_who_hangs, 0, 2);
    suite_add_tcase(suite, many);
    return suite;
}
