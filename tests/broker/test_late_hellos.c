// What a process said last may be read behind the end of its connection: two sockets, two queues. A
// broker takes no such hello, or a dead worker would be a member again, and keep its shards.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core_record.h"
#include "broker/agent.h"
#include "broker/broker.h"
#include "broker/directory.h"
#include "tests/support/system.h"
#include "wire/messages.h"
#include "wire/rows.h"

Suite *broker_late_hellos_suite(void);

// -- what counts as late --

enum { FIRST_VERSION = 1000 };

static tr_directory directory;

static void set_up(void)
{
    tr_directory_init(&directory, 0, 0, FIRST_VERSION);
}

static void tear_down(void)
{
    tr_directory_done(&directory);
}

static tr_msg_node_hello hello_of(uint64_t list)
{
    return (tr_msg_node_hello){.name = TR_SLICE("n"),
                               .roles = TR_ROLE_WORKER,
                               .cores = 1,
                               .endpoints = TR_SLICE("\x90"),
                               .shards = TR_SLICE("\x90"),
                               .takes_changes = true,
                               .list = list};
}

static void no_conflict(void *arg, uint32_t shard, uint64_t epoch)
{
    ck_abort_msg("%p %u %llu", arg, shard, (unsigned long long)epoch);
}

static void is_taken(uint64_t node, uint64_t list)
{
    tr_msg_node_hello hello = hello_of(list);
    ck_assert(!tr_directory_is_late(&directory, node, &hello));
    ck_assert_int_ge(tr_directory_hello(&directory, tr_address_of(node, 0, TR_SLOT_NODE), &hello, 0,
                                        no_conflict, NULL),
                     0);
}

static void is_late(uint64_t node, uint64_t list)
{
    tr_msg_node_hello hello = hello_of(list);
    ck_assert(tr_directory_is_late(&directory, node, &hello));
}

START_TEST(a_hello_of_before_its_sender_was_forgotten_is_late)
{
    is_taken(1, 0);
    uint64_t before = directory.version;
    is_taken(1, before);
    ck_assert(tr_directory_remove(&directory, 1));
    is_late(1, before);
    is_late(1, 0);                     // it had no list yet, or lost it
    is_late(1, directory.version + 1); // another broker's
    is_taken(1, directory.version);
    is_taken(1, before); // a member's may overtake each other
}
END_TEST

START_TEST(whoever_was_no_member_is_never_late)
{
    is_taken(1, 0);
    ck_assert(tr_directory_remove(&directory, 1));
    is_taken(2, 0);
    is_taken(3, FIRST_VERSION - 1);
    is_taken(4, UINT64_MAX);
}
END_TEST

START_TEST(each_time_that_it_is_forgotten_counts)
{
    is_taken(1, 0);
    ck_assert(tr_directory_remove(&directory, 1));
    uint64_t first = directory.version;
    is_taken(1, first);
    ck_assert(tr_directory_remove(&directory, 1));
    is_late(1, first);
    is_taken(1, directory.version);
}
END_TEST

START_TEST(who_keeps_no_list_is_believed)
{
    is_taken(1, 0);
    ck_assert(tr_directory_remove(&directory, 1));
    tr_msg_node_hello hello = hello_of(0);
    hello.takes_changes = false;
    ck_assert(!tr_directory_is_late(&directory, 1, &hello));
}
END_TEST

// -- a broker --

static struct {
    pthread_mutex_t lock;
    uint64_t version; // of its last answer
    bool is_listed;
} answer = {.lock = PTHREAD_MUTEX_INITIALIZER};

static char endpoint[TR_ENDPOINT_CAP_BYTES];
static uint64_t list; // what the next hello says that it has

static void on_answer(tr_actor *actor, tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_node_members)
        return;
    const tr_msg_node_members *body = TR_BODY(message, node_members);
    bool is_listed = false;
    tr_row_member row;
    for (tr_rows in = TR_ROWS(member, body->members); tr_rows_next(&in, &row);)
        is_listed |= row.node == tr_core_node(tr_actor_core(actor));
    pthread_mutex_lock(&answer.lock);
    answer.version = body->version;
    answer.is_listed = is_listed;
    pthread_mutex_unlock(&answer.lock);
}

static int set_up_process(tr_core *core, void *arg)
{
    static const tr_behaviour process = {
        .name = "process", .on_message = on_answer, .state_size = 8};
    (void)arg;
    (void)tr_core_dial(core, endpoint);
    return tr_spawn(core, &process, NULL, TR_SLOT_NODE, NULL);
}

static int set_up_broker(tr_core *core, void *arg)
{
    (void)arg;
    return tr_broker_start(core, NULL);
}

static bool says_hello(tr_core *core, void *arg)
{
    (void)arg;
    tr_msg_node_hello hello = hello_of(list);
    return tr_send(core, tr_address_of(tr_core_node(core), 0, TR_SLOT_NODE),
                   tr_address_of(tr_core_dial(core, endpoint), 0, TR_SLOT_BROKER), node_hello,
                   .name = hello.name, .roles = hello.roles, .cores = hello.cores,
                   .endpoints = hello.endpoints, .shards = hello.shards, .takes_changes = true,
                   .list = list) == 0;
}

// Says hello until an answer of another version comes; true: the process is in its list.
static bool is_a_member(tr_system *process, uint64_t has, uint64_t not_version)
{
    uint64_t version = not_version;
    bool is_listed = false;
    for (uint64_t end_ms = tr_clock_ms() + TEST_DEADLINE_MS; version == not_version;) {
        ck_assert(tr_clock_ms() < end_ms);
        list = has;
        eventually_on(process, 0, says_hello, NULL);
        look_again_soon();
        pthread_mutex_lock(&answer.lock);
        version = answer.version;
        is_listed = answer.is_listed;
        pthread_mutex_unlock(&answer.lock);
    }
    return is_listed;
}

static void give_up(tr_core *core, void *node)
{
    core->node_down(core, *(uint64_t *)node);
}

START_TEST(a_dead_worker_is_no_member_again_by_its_last_hello)
{
    tr_system *broker = system_up_with(&(tr_system_options){.core_count = 1,
                                                            .bus_endpoint = "tcp://127.0.0.1",
                                                            .broker_endpoint = "tcp://127.0.0.1:*",
                                                            .setup = set_up_broker});
    (void)snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    tr_system *process = system_up_with(&(tr_system_options){
        .core_count = 1, .bus_endpoint = "tcp://127.0.0.1", .setup = set_up_process});
    uint64_t node = tr_system_node(process);
    ck_assert(is_a_member(process, 0, 0));
    uint64_t before = answer.version;
    on_core(broker, 0, give_up, &node);
    ck_assert(!is_a_member(process, before, before));
    // It lives: its connection alone had broken.
    ck_assert(is_a_member(process, answer.version, answer.version));
    tr_system_stop(&process);
    tr_system_stop(&broker);
}
END_TEST

// -- an agent that is no member any more --

enum { HELLOS = 9 };

static unsigned hellos;
static unsigned soon;
static uint64_t last_ms;
static tally heard = TALLY;

// Its list is empty and another one each time.
static void lose_again(tr_actor *actor, tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_node_hello || hellos == HELLOS)
        return;
    uint64_t now_ms = tr_clock_ms();
    soon += now_ms - last_ms < TR_HEARTBEAT_MS / 2;
    last_ms = now_ms;
    hellos++;
    (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), message->from, node_members,
                  .token = TR_BODY(message, node_hello)->token, .members = TR_SLICE("\x90"),
                  .version = hellos);
    tally_add(&heard, 1);
}

static int set_up_losing(tr_core *core, void *arg)
{
    static const tr_behaviour losing = {
        .name = "losing", .on_message = lose_again, .state_size = 8};
    (void)arg;
    return tr_spawn(core, &losing, NULL, TR_SLOT_BROKER, NULL);
}

static int set_up_agent(tr_core *core, void *arg)
{
    static const char *brokers[] = {endpoint};
    (void)arg;
    return tr_agent_start(
        core, &(tr_agent_options){
                  .name = "node", .roles = TR_ROLE_GATEWAY, .brokers = brokers, .broker_count = 1});
}

// Its hellos come each TR_HEARTBEAT_MS otherwise. A busy machine makes some of them late, too.
START_TEST(who_hears_that_it_is_no_member_greets_at_once)
{
    tr_system *broker = system_up_with(&(tr_system_options){.core_count = 1,
                                                            .bus_endpoint = "tcp://127.0.0.1",
                                                            .broker_endpoint = "tcp://127.0.0.1:*",
                                                            .setup = set_up_losing});
    (void)snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    tr_system *node = system_up_with(&(tr_system_options){
        .core_count = 1, .bus_endpoint = "tcp://127.0.0.1", .setup = set_up_agent});
    tally_wait(&heard, HELLOS);
    tr_system_stop(&node);
    tr_system_stop(&broker);
    ck_assert_uint_ge(soon, HELLOS / 2);
}
END_TEST

Suite *broker_late_hellos_suite(void)
{
    Suite *suite = suite_create("broker/late_hellos");
    TCase *late = tcase_create("late");
    tcase_add_checked_fixture(late, set_up, tear_down);
    tcase_add_test(late, a_hello_of_before_its_sender_was_forgotten_is_late);
    tcase_add_test(late, whoever_was_no_member_is_never_late);
    tcase_add_test(late, each_time_that_it_is_forgotten_counts);
    tcase_add_test(late, who_keeps_no_list_is_believed);
    suite_add_tcase(suite, late);
    TCase *systems = tcase_create("systems");
    tcase_set_timeout(systems, 120);
    tcase_add_test(systems, a_dead_worker_is_no_member_again_by_its_last_hello);
    tcase_add_test(systems, who_hears_that_it_is_no_member_greets_at_once);
    suite_add_tcase(suite, systems);
    return suite;
}
