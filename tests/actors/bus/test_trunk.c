// Links that share one connection: order, a full one beside others, who may speak, and that each end
// decides for itself.

#include "bus_world.h"

#include <zmq.h>

#include "actors/bus/admission.h"
#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/bus/trunk.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "tests/support/keys.h"

Suite *actors_bus_trunk_suite(void);

enum { CORES = 4, EACH = 2000, NEVER = TR_CORES_CAP * TR_CORES_CAP };

typedef struct ends {
    tr_system *nodes[2];
} ends;

static ends know_each_other(tr_system *one, tr_system *two)
{
    ends self = {{one, two}};
    routes_tell(one, self.nodes, 2);
    routes_tell(two, self.nodes, 2);
    return self;
}

static tr_system *node_up(int bus, uint32_t trunk_over)
{
    return system_up_with(&(tr_system_options){
        .core_count = CORES, .bus_endpoint = bus_outside[bus], .trunk_over = trunk_over});
}

static ends ends_up(int bus)
{
    return know_each_other(node_up(bus, 1), node_up(bus, 1));
}

static void ends_down(ends *self)
{
    tr_system_stop(&self->nodes[0]);
    tr_system_stop(&self->nodes[1]);
}

typedef struct link_count {
    tr_system *to;
    unsigned links;
    unsigned carried;
} link_count;

static void count_links(tr_core *core, void *arg)
{
    link_count *out = arg;
    for (unsigned i = 0; i < CORES; i++) {
        const tr_bus_link *link = tr_bus_link_find(core, tr_system_node(out->to), i);
        out->links += link != NULL && link->socket != NULL;
        out->carried += link != NULL && link->trunk != NULL;
    }
}

static link_count links_between(tr_system *from, tr_system *to)
{
    link_count out = {.to = to};
    for (unsigned i = 0; i < CORES; i++)
        on_core(from, i, count_links, &out);
    return out;
}

// From each core thread of one to each of the other.
static void start_streams(tr_system *from, tr_system *to, stream all[CORES][CORES])
{
    for (unsigned i = 0; i < CORES; i++)
        for (unsigned j = 0; j < CORES; j++) {
            bus_stream_init(&all[i][j], EACH);
            spawn_on(to, j, &all[i][j].reader);
            on_core(from, i, bus_start_stream, &all[i][j]);
        }
}

static void streams_arrive(stream all[CORES][CORES])
{
    for (unsigned i = 0; i < CORES; i++)
        for (unsigned j = 0; j < CORES; j++) {
            bus_stream_arrives(&all[i][j]);
            ck_assert_uint_eq(all[i][j].expected, EACH);
        }
}

static void have_nothing_lost(tr_system *system)
{
    for (unsigned i = 0; i < CORES; i++) {
        tr_core_stats stats = stats_of(system, i);
        ck_assert_uint_eq(stats.malformed + stats.forged + stats.fenced + stats.dead_letters, 0);
    }
}

START_TEST(all_links_between_two_processes_share_a_connection_each_way)
{
    static stream there[CORES][CORES];
    static stream back[CORES][CORES];
    ends two = ends_up(_i);
    start_streams(two.nodes[0], two.nodes[1], there);
    start_streams(two.nodes[1], two.nodes[0], back);
    streams_arrive(there);
    streams_arrive(back);
    for (unsigned i = 0; i < 2; i++) {
        link_count seen = links_between(two.nodes[i], two.nodes[1 - i]);
        ck_assert_uint_eq(seen.links, CORES * CORES);
        ck_assert_uint_eq(seen.carried, CORES * CORES);
        ck_assert_uint_eq(tr_trunks_count(two.nodes[i]), 1);
        have_nothing_lost(two.nodes[i]);
    }
    ends_down(&two);
}
END_TEST

static const struct {
    uint32_t here;
    uint32_t there;
    unsigned carried;
} mixed[] = {
    {1, NEVER, 0},         // it cannot be dialed so
    {CORES * CORES, 1, 0}, // not over its limit
    {CORES * CORES - 1, CORES *CORES - 1, CORES *CORES},
    {0, 0, 0}, // the default
};
enum { MIXED = sizeof mixed / sizeof *mixed };

START_TEST(each_end_decides_for_itself)
{
    static stream there[CORES][CORES];
    static stream back[CORES][CORES];
    ends two = know_each_other(node_up(0, mixed[_i].here), node_up(0, mixed[_i].there));
    start_streams(two.nodes[0], two.nodes[1], there);
    start_streams(two.nodes[1], two.nodes[0], back);
    streams_arrive(there);
    streams_arrive(back);
    link_count seen = links_between(two.nodes[0], two.nodes[1]);
    ck_assert_uint_eq(seen.links, CORES * CORES);
    ck_assert_uint_eq(seen.carried, mixed[_i].carried);
    have_nothing_lost(two.nodes[0]);
    have_nothing_lost(two.nodes[1]);
    ends_down(&two);
}
END_TEST

// Whoever answers knows the way from the first batch alone.
START_TEST(who_is_in_no_list_is_answered_by_its_trunk)
{
    tr_system *one = node_up(0, 1);
    tr_system *two = node_up(0, 1);
    routes_tell(one, (tr_system *[]){one, two}, 2);
    script asker = {SCRIPT};
    script answerer = {SCRIPT, .on_message = bus_send_back};
    spawn_on(one, 2, &asker);
    spawn_on(two, 3, &answerer);
    ok(bus_send_from(one, 2, asker.address, answerer.address));
    tally_wait(&asker.received, 1);
    link_count back = links_between(two, one);
    ck_assert_uint_eq(back.links, 1);
    ck_assert_uint_eq(back.carried, 1);
    tr_system_stop(&one);
    tr_system_stop(&two);
}
END_TEST

START_TEST(a_core_thread_that_reads_nothing_holds_up_its_own_links_alone)
{
    ends two = ends_up(0);
    stream flood;
    stream other;
    bus_stream_init(&flood, LONG_FLOOD);
    bus_stream_init(&other, EACH);
    spawn_on(two.nodes[1], CORES - 1, &flood.reader);
    spawn_on(two.nodes[1], 0, &other.reader);
    gate stuck = {TALLY, TALLY};
    bus_get_stuck(two.nodes[1], &stuck);
    on_core(two.nodes[0], 0, bus_start_stream, &flood);
    tally_wait(&flood.first_refused, 1);
    on_core(two.nodes[0], 0, bus_start_stream, &other);
    bus_stream_arrives(&other);
    ck_assert_uint_eq(other.expected, EACH);
    ck_assert_uint_eq(flood.expected, 0);
    tally_add(&stuck.open, 1);
    bus_stream_arrives(&flood);
    ck_assert_uint_eq(flood.expected, LONG_FLOOD);
    have_nothing_lost(two.nodes[1]);
    ends_down(&two);
}
END_TEST

static bool has_no_link(tr_core *core, void *arg)
{
    const tr_bus_link *link = tr_bus_link_find(core, *(uint64_t *)arg, 0);
    return link == NULL || link->socket == NULL;
}

static bool has_no_trunk(tr_core *core, void *arg)
{
    (void)arg;
    return tr_trunks_count(tr_core_system(core)) == 0;
}

START_TEST(a_process_that_ends_takes_its_trunk_along_and_its_successor_gets_another)
{
    static stream there[CORES][CORES];
    ends two = ends_up(0);
    for (unsigned rounds = 0; rounds < 2; rounds++) {
        start_streams(two.nodes[0], two.nodes[1], there);
        streams_arrive(there);
        uint64_t node = tr_system_node(two.nodes[1]);
        tr_system_stop(&two.nodes[1]);
        for (unsigned i = 0; i < CORES; i++)
            eventually_on(two.nodes[0], i, has_no_link, &node);
        eventually_on(two.nodes[0], 0, has_no_trunk, NULL);
        two.nodes[1] = node_up(0, 1);
        two = know_each_other(two.nodes[0], two.nodes[1]);
    }
    ends_down(&two);
}
END_TEST

// -- who may speak --

static void throw(const char *endpoint, const void *bytes, size_t size)
{
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUSH);
    int linger = 5000;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    ok(zmq_connect(socket, endpoint));
    ck_assert_int_eq(zmq_send(socket, bytes, size, 0), (int)size);
    zmq_close(socket);
    zmq_ctx_term(context);
}

static bool saw_bad(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).malformed >= *(uint64_t *)arg;
}

START_TEST(what_no_member_sends_is_counted_and_harms_nobody)
{
    ends two = ends_up(0);
    const char *endpoint = two.nodes[0]->trunk_endpoint;
    uint64_t bad = 0;
    throw(endpoint, "12345678", 8); // as if of a trunk's state
    bad++;
    throw(endpoint, "rubbish that is long enough for a head, if it were one, and for more", 60);
    bad++;
    throw(endpoint, "", 0);
    bad++;
    tr_buf batch = {0};
    tr_batch_head head = {
        .protocol = TR_BUS_PROTOCOL, .from_node = 7, .to_core = CORES, .sequence = 1};
    tr_batch_head_append(&batch, &head); // for a core thread that is not there
    throw(endpoint, batch.data, batch.size);
    bad++;
    batch.size = 0;
    head = (tr_batch_head){.protocol = TR_BUS_PROTOCOL,
                           .from_node = tr_system_node(two.nodes[0]), // as if from here
                           .sequence = 1};
    tr_batch_head_append(&batch, &head);
    throw(endpoint, batch.data, batch.size);
    bad++;
    tr_buf_done(&batch);
    eventually_on(two.nodes[0], 0, saw_bad, &bad);
    static stream there[CORES][CORES];
    start_streams(two.nodes[1], two.nodes[0], there);
    streams_arrive(there);
    ck_assert_uint_eq(stats_of(two.nodes[0], 0).malformed, bad);
    ends_down(&two);
}
END_TEST

enum { JUNK_BYTES = 16, JUNK_CAP = 1000000, BLOCKED_MS = 500 };

// Heads for the last core thread, with what is no message behind them, until nobody takes more.
static unsigned flood_with_junk(void *socket)
{
    tr_buf batch = {0};
    tr_batch_head_append(&batch, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL,
                                                  .from_node = 7,
                                                  .to_core = CORES - 1,
                                                  .sequence = 1});
    memset(tr_buf_reserve(&batch, JUNK_BYTES), 0, JUNK_BYTES);
    batch.size += JUNK_BYTES;
    unsigned count = 0;
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLOUT};
    while (count < JUNK_CAP && zmq_poll(&item, 1, BLOCKED_MS) == 1)
        if (zmq_send(socket, batch.data, batch.size, ZMQ_DONTWAIT) >= 0)
            count++;
    tr_buf_done(&batch);
    return count;
}

START_TEST(a_flood_for_a_core_thread_that_reads_nothing_is_held_back_and_then_read)
{
    ends two = ends_up(0);
    gate stuck = {TALLY, TALLY};
    bus_get_stuck(two.nodes[0], &stuck);
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUSH);
    int linger = 0;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    ok(zmq_connect(socket, two.nodes[0]->trunk_endpoint));
    uint64_t count = flood_with_junk(socket);
    ck_assert_uint_lt(count, JUNK_CAP);
    tally_add(&stuck.open, 1);
    eventually_on(two.nodes[0], CORES - 1, saw_bad, &count);
    zmq_close(socket);
    zmq_ctx_term(context);
    static stream there[CORES][CORES];
    start_streams(two.nodes[1], two.nodes[0], there);
    streams_arrive(there);
    ends_down(&two);
}
END_TEST

static bool has_strangers(tr_core *core, void *arg)
{
    (void)arg;
    return tr_admission_strangers(tr_core_system(core)->admission).refused != 0;
}

START_TEST(with_a_key_a_trunk_is_encrypted_and_who_has_none_is_refused)
{
    key_files keys;
    key_files_make(&keys);
    tr_system_options options = {.core_count = CORES,
                                 .bus_endpoint = bus_outside[0],
                                 .bus_key = keys.files[0],
                                 .trunk_over = 1};
    ends two = know_each_other(system_up_with(&options), system_up_with(&options));
    static stream there[CORES][CORES];
    start_streams(two.nodes[0], two.nodes[1], there);
    streams_arrive(there);
    ck_assert_uint_eq(links_between(two.nodes[0], two.nodes[1]).carried, CORES * CORES);
    have_nothing_lost(two.nodes[1]);
    void *context = zmq_ctx_new();
    void *plain = zmq_socket(context, ZMQ_PUSH);
    int linger = 0;
    zmq_setsockopt(plain, ZMQ_LINGER, &linger, sizeof linger);
    ok(zmq_connect(plain, two.nodes[1]->trunk_endpoint));
    eventually_on(two.nodes[1], 0, has_strangers, NULL);
    zmq_close(plain);
    zmq_ctx_term(context);
    ends_down(&two);
    key_files_remove(&keys);
}
END_TEST

Suite *actors_bus_trunk_suite(void)
{
    Suite *suite = suite_create("actors/bus/trunk");
    TCase *all = tcase_create("trunk");
    tcase_set_timeout(all, 90);
    tcase_add_loop_test(all, all_links_between_two_processes_share_a_connection_each_way, 0,
                        OUTSIDES);
    tcase_add_loop_test(all, each_end_decides_for_itself, 0, MIXED);
    tcase_add_test(all, who_is_in_no_list_is_answered_by_its_trunk);
    tcase_add_test(all, a_core_thread_that_reads_nothing_holds_up_its_own_links_alone);
    tcase_add_test(all, a_process_that_ends_takes_its_trunk_along_and_its_successor_gets_another);
    tcase_add_test(all, what_no_member_sends_is_counted_and_harms_nobody);
    tcase_add_test(all, a_flood_for_a_core_thread_that_reads_nothing_is_held_back_and_then_read);
    tcase_add_test(all, with_a_key_a_trunk_is_encrypted_and_who_has_none_is_refused);
    suite_add_tcase(suite, all);
    return suite;
}
