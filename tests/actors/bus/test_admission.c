// A bus with a key: its members talk, over tcp and ipc, also while the key is changed; strangers
// get nothing, harm nobody and are counted.

#include "bus_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "actors/bus/admission.h"
#include "actors/bus/key_file.h"
#include "actors/core/system_record.h"
#include "base/clock.h"
#include "testing/captured_log.h"
#include "tests/support/keys.h"
#include "wire/envelope.h"

Suite *actors_bus_admission_suite(void);

enum { TCP, IPC, CROWD = TEST_UNDER_SANITIZER ? 200 : 1000, LOG_INTERVAL_MS = 10000 };

static key_files made;

static void set_up(void)
{
    key_files_make(&made);
}

static void tear_down(void)
{
    key_files_remove(&made);
}

static tr_system *node_up(int i, const char *key)
{
    return system_up_with(
        &(tr_system_options){.core_count = 2, .bus_endpoint = bus_outside[i], .bus_key = key});
}

// Scripts outlive their actors.
static script *new_script(void (*on_message)(tr_actor *, script *, tr_message *))
{
    static script all[32];
    static unsigned count;
    ck_assert_uint_lt(count, 32);
    all[count] = (script){SCRIPT, .on_message = on_message};
    return &all[count++];
}

// A question there and its answer back.
static void talks(tr_system *from, tr_system *to)
{
    script *here = new_script(NULL);
    script *there = new_script(bus_send_back);
    spawn_on(from, 1, here);
    spawn_on(to, 0, there);
    tr_system *both[] = {from, to};
    routes_tell(from, both, 2);
    ok(bus_send_from(from, 1, here->address, there->address));
    tally_wait(&here->received, 1);
    ck_assert_uint_eq(tally_get(&there->received), 1);
}

START_TEST(members_talk)
{
    tr_system *one = node_up(_i, made.files[0]);
    tr_system *two = node_up(_i, made.files[0]);
    ck_assert_uint_eq(tr_system_node(one), one->keys->node);
    talks(one, two);
    talks(two, one);
    ck_assert_uint_eq(tr_admission_strangers(one->admission).refused, 0);
    ck_assert_uint_eq(stats_of(one, 0).forged + stats_of(two, 0).forged, 0);
    tr_system_stop(&one);
    tr_system_stop(&two);
}
END_TEST

START_TEST(core_threads_talk_over_a_transport_that_a_test_forced)
{
    tr_system *system = system_up_with(
        &(tr_system_options){.core_count = 2,
                             .transport = _i == TCP ? TR_TRANSPORT_TCP : TR_TRANSPORT_IPC,
                             .bus_key = made.files[0]});
    script here = {SCRIPT};
    script there = {SCRIPT, .on_message = bus_send_back};
    spawn_on(system, 1, &here);
    spawn_on(system, 0, &there);
    ok(bus_send_from(system, 1, here.address, there.address));
    tally_wait(&here.received, 1);
    tr_system_stop(&system);
}
END_TEST

// What processes have at each step of a change: old; old and new; new and old; new.
START_TEST(while_the_key_is_changed_everybody_talks)
{
    char old_new[2 * KEY_PATH_BYTES];
    char new_old[2 * KEY_PATH_BYTES];
    snprintf(old_new, sizeof old_new, "%s,%s", made.files[0], made.files[1]);
    snprintf(new_old, sizeof new_old, "%s,%s", made.files[1], made.files[0]);
    const char *steps[] = {made.files[0], old_new, new_old, made.files[1]};
    for (unsigned i = 0; i + 1 < 4; i++) {
        tr_system *before = node_up(_i, steps[i]);
        tr_system *after = node_up(_i, steps[i + 1]);
        talks(before, after);
        talks(after, before);
        tr_system_stop(&before);
        tr_system_stop(&after);
    }
}
END_TEST

// -- strangers --

typedef struct stranger {
    void *context;
    void *socket;
    tr_bus_keys keys;
} stranger;

// `key` NULL: plain.
static stranger stranger_at(const char *endpoint, const char *key)
{
    char why[256];
    stranger self = {.context = zmq_ctx_new()};
    self.socket = zmq_socket(self.context, ZMQ_PUSH);
    int none = 0;
    zmq_setsockopt(self.socket, ZMQ_LINGER, &none, sizeof none);
    if (key != NULL) {
        ok(tr_bus_keys_read(key, &self.keys, why, sizeof why));
        const tr_bus_key_pair *theirs = &self.keys.endpoints[0];
        const tr_bus_key_pair *own = &self.keys.own;
        zmq_setsockopt(self.socket, ZMQ_CURVE_SERVERKEY, theirs->public_key, TR_BUS_KEY_BYTES);
        zmq_setsockopt(self.socket, ZMQ_CURVE_PUBLICKEY, own->public_key, TR_BUS_KEY_BYTES);
        zmq_setsockopt(self.socket, ZMQ_CURVE_SECRETKEY, own->secret_key, TR_BUS_KEY_BYTES);
    }
    ok(zmq_connect(self.socket, endpoint));
    return self;
}

static void stranger_leaves(stranger *self)
{
    zmq_close(self->socket);
    zmq_ctx_term(self->context);
}

// A probe to this actor, from that node. One that was refused already has nobody to send to: ZeroMQ
// does not dial again after an error of the handshake, and a send that may wait waits for ever.
static bool throw(stranger * self, uint64_t from, tr_system *to, tr_address actor)
{
    tr_buf batch = {0};
    tr_batch_head_append(&batch, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL,
                                                  .from_node = from,
                                                  .to_node = tr_system_node(to),
                                                  .sequence = 1});
    tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = 666});
    message->to = actor;
    tr_batch_append(&batch, message);
    tr_message_free(message);
    int sent = zmq_send(self->socket, batch.data, batch.size, ZMQ_DONTWAIT);
    ck_assert(sent == (int)batch.size || zmq_errno() == EAGAIN);
    tr_buf_done(&batch);
    return sent > 0;
}

// ZeroMQ cannot always tell that a connection was plain: it may hang up first.
static bool has_refused(tr_core *core, void *arg)
{
    const tr_strangers *least = arg;
    tr_strangers seen = tr_admission_strangers(tr_core_system(core)->admission);
    return seen.refused >= least->refused && seen.wrong_key >= least->wrong_key &&
           seen.refused - seen.wrong_key >= least->without_key;
}

START_TEST(who_has_not_the_key_is_refused_and_counted)
{
    tr_system *system = node_up(_i, made.files[0]);
    tr_system *member = node_up(_i, made.files[0]);
    script reader = {SCRIPT};
    spawn_on(system, 0, &reader);
    stranger plain = stranger_at(tr_system_endpoint(system, 0), NULL);
    stranger wrong = stranger_at(tr_system_endpoint(system, 0), made.files[1]);
    throw(&plain, 99, system, reader.address);
    throw(&wrong, wrong.keys.node, system, reader.address);
    throw(&wrong, tr_system_node(member), system, reader.address);
    tr_strangers both = {.refused = 2, .without_key = 1, .wrong_key = 1};
    eventually_on(system, 0, has_refused, &both);
    talks(member, system);
    ck_assert_uint_eq(tally_get(&reader.received), 0);
    stranger_leaves(&plain);
    stranger_leaves(&wrong);
    tr_system_stop(&member);
    tr_system_stop(&system);
}
END_TEST

static bool saw_forged(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).forged >= *(uint64_t *)arg;
}

// With the key it is a member, and even then no other one.
START_TEST(a_member_cannot_speak_for_another_one)
{
    tr_system *system = node_up(_i, made.files[0]);
    tr_system *member = node_up(_i, made.files[0]);
    script reader = {SCRIPT};
    spawn_on(system, 0, &reader);
    talks(member, system);
    stranger other = stranger_at(tr_system_endpoint(system, 0), made.files[0]);
    ck_assert(throw(&other, tr_system_node(member), system, reader.address));
    ck_assert(throw(&other, tr_system_node(system), system, reader.address));
    ck_assert(throw(&other, 99, system, reader.address));
    uint64_t three = 3;
    eventually_on(system, 0, saw_forged, &three);
    ck_assert_uint_eq(tally_get(&reader.received), 0);
    ck_assert_uint_eq(tr_admission_strangers(system->admission).forged, 3);
    ck_assert(throw(&other, other.keys.node, system, reader.address));
    tally_wait(&reader.received, 1);
    talks(member, system);
    stranger_leaves(&other);
    tr_system_stop(&member);
    tr_system_stop(&system);
}
END_TEST

static int tcp_to(const char *endpoint)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    place.sin_port = htons((uint16_t)strtoul(strrchr(endpoint, ':') + 1, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&place, sizeof place), 0);
    return fd;
}

static unsigned lines_of(const char *event)
{
    tr_buf log = {0};
    unsigned count = 0;
    tr_captured_log_copy(&log);
    for (const char *at = tr_buf_text(&log); (at = strstr(at, event)) != NULL; at++)
        count++;
    tr_buf_done(&log);
    return count;
}

// Some say nothing, some what is no ZMTP; all at once, and none of them is kept.
START_TEST(a_crowd_harms_nobody)
{
    tr_captured_log_open();
    uint64_t start_ms = tr_clock_ms();
    tr_system *system = node_up(TCP, made.files[0]);
    tr_system *member = node_up(TCP, made.files[0]);
    talks(member, system);
    unsigned before = fd_count();
    static int crowd[CROWD];
    static const char garbage[] =
        "GET / HTTP/1.1\r\nHost: bus\r\n\r\n and more than a greeting has";
    for (unsigned i = 0; i < CROWD; i++) {
        crowd[i] = tcp_to(tr_system_endpoint(system, 0));
        if (i % 2 != 0)
            ck_assert_int_eq(send(crowd[i], garbage, sizeof garbage, MSG_NOSIGNAL), sizeof garbage);
    }
    talks(member, system);
    tr_strangers all = {.refused = CROWD};
    eventually_on(system, 0, has_refused, &all);
    for (unsigned i = 0; i < CROWD; i++)
        close(crowd[i]);
    talks(member, system);
    fds_are_at_most(before + 8); // what talks has opened
    uint64_t intervals = (tr_clock_ms() - start_ms) / LOG_INTERVAL_MS;
    ck_assert_uint_le(lines_of("event=bus_strangers"), 2 + intervals);
    tr_system_stop(&member);
    tr_system_stop(&system);
    ck_assert_uint_ge(lines_of("event=bus_strangers"), 1);
    tr_captured_log_close();
}
END_TEST

// -- where it is bound --

START_TEST(a_wrong_file_or_an_open_address_ends_the_start)
{
    tr_system *system = NULL;
    tr_system_options options = {.core_count = 1, .bus_endpoint = "tcp://0.0.0.0"};
    fails(tr_system_start(&options, &system), TR_EINVALID);
    options.bus_key = "/nowhere/a.key";
    fails(tr_system_start(&options, &system), TR_EINVALID);
    options.bus_key = made.files[0];
    ok(tr_system_start(&options, &system));
    tr_system_stop(&system);
    options.bus_key = NULL;
    options.insecure_bus = true;
    ok(tr_system_start(&options, &system));
    tr_system_stop(&system);
    options = (tr_system_options){.core_count = 1, .broker_endpoint = "tcp://0.0.0.0:*"};
    fails(tr_system_start(&options, &system), TR_EINVALID);
}
END_TEST

Suite *actors_bus_admission_suite(void)
{
    Suite *suite = suite_create("actors/bus/admission");
    TCase *tests = tcase_create("keys");
    tcase_set_timeout(tests, 90);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, members_talk, 0, OUTSIDES);
    tcase_add_loop_test(tests, core_threads_talk_over_a_transport_that_a_test_forced, 0, OUTSIDES);
    tcase_add_loop_test(tests, while_the_key_is_changed_everybody_talks, 0, OUTSIDES);
    tcase_add_loop_test(tests, who_has_not_the_key_is_refused_and_counted, 0, OUTSIDES);
    tcase_add_loop_test(tests, a_member_cannot_speak_for_another_one, 0, OUTSIDES);
    tcase_add_test(tests, a_crowd_harms_nobody);
    tcase_add_test(tests, a_wrong_file_or_an_open_address_ends_the_start);
    suite_add_tcase(suite, tests);
    return suite;
}
