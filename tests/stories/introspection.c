// `troupe` against running systems: what people see of a supervisor tree, of a cluster, of one who
// hangs, and of what is no Troupe at all.

#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/system/introspect.h"
#include "base/must.h"
#include "tests/support/browser.h"
#include "tests/support/system.h"
#include "tests/support/world.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/names.h"
#include "troupe/actors/supervisor.h"
#include "wire/envelope.h"

static tr_system *here;
static world cluster;
static tr_buf out;
static tr_buf err;

static void tear_down(void)
{
    tr_system_stop(&here);
    world_stop(&cluster);
    tr_buf_done(&out);
    tr_buf_done(&err);
}

#define troupe(...) run_troupe((const char *const[]){__VA_ARGS__, NULL})

static int run_troupe(const char *const *arguments)
{
    out.size = err.size = 0;
    return program_run("troupe", arguments, &out, &err);
}

static bool shows(const char *text)
{
    return strstr(tr_buf_text(&out), text) != NULL;
}

static bool complains(const char *text)
{
    return strstr(tr_buf_text(&err), text) != NULL;
}

// The line that has this name in its NAME column, indented so far, cut into its columns.
typedef struct line {
    char cells[16][64];
    unsigned count;
} line;

static line line_of(const char *name, int indent)
{
    line found = {.count = 0};
    char wanted[80];
    snprintf(wanted, sizeof wanted, "  %*s%s ", indent, "", name);
    const char *at = strstr(tr_buf_text(&out), wanted);
    ck_assert_msg(at != NULL, "no '%s' in\n%s", wanted, tr_buf_text(&out));
    const char *text = tr_buf_text(&out);
    while (at != text && at[-1] != '\n')
        at--;
    int used = 0;
    for (at += strspn(at, " "); *at != '\n' && found.count < 16; at += strspn(at, " ")) {
        ck_assert_int_eq(sscanf(at, "%63[^ \n]%n", found.cells[found.count], &used), 1);
        at += used;
        found.count++;
    }
    return found;
}

// -- a tree --

enum { IN_MAILBOX = 7 };

static void refuse(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
}

// When it has handled its seven messages it sends itself seven more: its mailbox never stays empty.
static void fill(tr_actor *self)
{
    tr_address me = tr_actor_address(self);
    for (unsigned i = 0; i < IN_MAILBOX; i++)
        tr_must(tr_send(tr_actor_core(self), me, me, probe, .number = i) == 0);
}

static int start_full(tr_actor *self, const void *args)
{
    (void)args;
    fill(self);
    return 0;
}

static const tr_behaviour busy = {.name = "busy",
                                  .on_start = start_full,
                                  .on_message = refuse,
                                  .on_turn_end = fill,
                                  .mailbox_cap = 100};

static tr_address lobby;

static void end_yourself(tr_actor *self, tr_message *message)
{
    if (TR_TYPE(message) == TR_MSG_probe)
        tr_actor_fail(self, -77);
}

static int register_lobby(tr_actor *self, const void *args)
{
    (void)args;
    lobby = tr_actor_address(self);
    return tr_name_register(self, "the \"lobby\"", TR_NAME_PROCESS);
}

static const tr_behaviour room = {
    .name = "room", .on_start = register_lobby, .on_message = end_yourself};

static const tr_behaviour store = {.name = "store", .on_message = refuse};

static int never_starts(tr_actor *self, const void *args)
{
    (void)self;
    (void)args;
    return TR_EUNAVAILABLE;
}

static const tr_behaviour absent = {
    .name = "absent", .on_start = never_starts, .on_message = refuse};

static void wait_long(void *arg)
{
    (void)arg;
    (void)tr_coroutine_sleep(600000);
}

static const tr_child_spec rooms[] = {{.name = "lobby", .behaviour = &room}};
static const tr_supervisor_spec rooms_spec = {.intensity = 5, .children = rooms, .child_count = 1};
static const tr_child_spec top[] = {
    {.name = "data", .behaviour = &store},
    {.name = "rooms",
     .behaviour = &tr_supervisor_behaviour,
     .args = &rooms_spec,
     .args_size = sizeof rooms_spec},
    {.name = "wheel", .behaviour = &busy},
    {.name = "late", .behaviour = &absent},
};

static int set_up_tree(tr_core *core, void *arg)
{
    (void)arg;
    tr_address address;
    int result = tr_coroutine_start(core, "night watch", wait_long, NULL, NULL);
    return result < 0 ? result
                      : tr_supervisor_start(core,
                                            &(tr_supervisor_spec){.intensity = 5,
                                                                  .backoff_min_ms = 600000,
                                                                  .backoff_max_ms = 600000,
                                                                  .children = top,
                                                                  .child_count = 4},
                                            &address);
}

static void end_lobby(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, *(tr_address *)arg, probe, .number = 1));
}

static bool is_another(tr_core *core, void *arg)
{
    (void)core;
    return !tr_address_equal(lobby, *(tr_address *)arg);
}

// A tree whose lobby was restarted once.
static const char *tree_up(void)
{
    here = system_up_with(&(tr_system_options){
        .core_count = 1, .bus_endpoint = "tcp://127.0.0.1", .setup = set_up_tree});
    tr_address first = lobby;
    on_core(here, 0, end_lobby, &first);
    eventually_on(here, 0, is_another, &first);
    return tr_system_endpoint(here, 0);
}

START_TEST(ps_shows_the_supervision_tree)
{
    const char *bus = tree_up();
    ck_assert_msg(troupe("ps", "--bus", bus, "--tree", "--sample", "0.1", "--timeout", "20") == 0,
                  "%s", tr_buf_text(&err));
    line data = line_of("data", 2);
    ck_assert_str_eq(data.cells[2], "store");
    ck_assert_str_eq(data.cells[3], "up");
    ck_assert_str_eq(data.cells[4], "0/1024");
    line inner = line_of("rooms", 2);
    ck_assert_str_eq(inner.cells[2], "supervisor");
    line leaf = line_of("lobby", 4);
    ck_assert_str_eq(leaf.cells[2], "room");
    ck_assert_str_eq(leaf.cells[7], "1"); // restarts
    line wheel = line_of("wheel", 2);
    ck_assert_str_eq(wheel.cells[4], "7/100");
    ck_assert_int_gt(atol(wheel.cells[5]), 100); // handled
    ck_assert(atof(wheel.cells[6]) > 0);
    line late = line_of("late", 2);
    ck_assert_str_eq(late.cells[0], "-");
    ck_assert_str_eq(late.cells[3], "waiting");
    ck_assert_str_eq(late.cells[7], "1");
    ck_assert(shows("night watch"));
    ck_assert(shows("sleep"));
    // Parents come before their children, and these in the order they are started in.
    const char *text = tr_buf_text(&out);
    ck_assert(strstr(text, "  data ") < strstr(text, "  rooms "));
    ck_assert(strstr(text, "  rooms ") < strstr(text, "  lobby "));
    ck_assert(strstr(text, "  lobby ") < strstr(text, "  wheel "));
    ck_assert_uint_eq(err.size, 0);
}
END_TEST

START_TEST(without_a_tree_they_come_as_they_lie)
{
    ck_assert_msg(troupe("ps", "--bus", tree_up(), "--timeout", "20") == 0, "%s",
                  tr_buf_text(&err));
    ck_assert_str_eq(line_of("lobby", 0).cells[2], "room");
    ck_assert_str_eq(line_of("data", 0).cells[2], "store");
}
END_TEST

// The reading of a strict parser; the build needs node anyway.
static void json_says(const char *expression, const char *expected)
{
    char command[1024];
    char name[] = "/tmp/troupe-json-XXXXXX";
    int fd = mkstemp(name);
    ck_assert_int_eq(write(fd, out.data, out.size), (ssize_t)out.size);
    close(fd);
    snprintf(command, sizeof command,
             "node -e 'const all = JSON.parse(require(\"fs\").readFileSync(\"%s\", \"utf8\")); "
             "console.log(%s)'",
             name, expression);
    FILE *answer = popen(command, "r");
    char said[256] = "";
    ck_assert_ptr_nonnull(fgets(said, sizeof said, answer));
    said[strcspn(said, "\n")] = '\0';
    ck_assert_int_eq(pclose(answer), 0);
    unlink(name);
    ck_assert_str_eq(said, expected);
}

START_TEST(json_is_json_and_says_the_same)
{
    ck_assert_int_eq(troupe("ps", "--bus", tree_up(), "--json", "--timeout", "20"), 0);
    json_says("all.cores.length", "1");
    json_says("all.cores[0].actors.find(a => a.name == \"lobby\").restarts", "1");
    json_says("all.cores[0].actors.find(a => a.name == \"lobby\").names[0]", "the \"lobby\"");
    json_says("all.cores[0].actors.find(a => a.name == \"wheel\").mailbox_length", "7");
    json_says("all.cores[0].absent.map(a => a.name + \" \" + a.state).join()", "late waiting");
    json_says("all.cores[0].coroutines.find(c => c.name == \"night watch\").waits_for", "sleep");
    json_says("((a) => a.find(x => x.name == \"lobby\").supervisor == "
              "a.find(x => x.name == \"rooms\").address)(all.cores[0].actors)",
              "true");
    json_says("all.cores[0].counters.actors == all.cores[0].actors.length", "true");
}
END_TEST

static void post_to_the_dead(tr_core *core, void *arg)
{
    (void)arg;
    tr_address dead = lobby;
    dead.actor += (uint64_t)1 << 32; // of a generation that is not
    ck_assert_int_eq(tr_send(core, TR_NOWHERE, dead, probe, .number = 1), TR_EGONE);
}

START_TEST(dead_letters_are_shown)
{
    const char *bus = tree_up();
    on_core(here, 0, post_to_the_dead, NULL);
    ck_assert_int_eq(troupe("dead-letters", "--bus", bus, "--timeout", "20"), 0);
    ck_assert(shows("probe"));
    ck_assert(shows("TR_EGONE"));
    ck_assert_int_eq(troupe("dead-letters", "--bus", bus, "--json", "--timeout", "20"), 0);
    json_says("all.cores[0].dead_letters.find(d => d.message == \"probe\").reason", "TR_EGONE");
}
END_TEST

// -- a cluster --

static unsigned lines(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < out.size; i++)
        count += out.data[i] == '\n';
    return count;
}

START_TEST(a_broker_leads_to_every_process)
{
    world_start(&cluster,
                &(world_options){
                    .gateways = 1, .workers = 1, .threads = "2", .bus = _i == 0 ? "tcp" : "ipc"});
    ck_assert_msg(troupe("nodes", "--bus", cluster.endpoint, "--timeout", "20") == 0, "%s",
                  tr_buf_text(&err));
    // The broker's other core thread has nothing to say to anybody.
    char name[64];
    ck_assert(shows("(broker)"));
    snprintf(name, sizeof name, ":%d ", (int)cluster.workers[0].pid);
    ck_assert(shows(name));
    snprintf(name, sizeof name, ":%d ", (int)cluster.gateways[0].pid);
    ck_assert(shows(name));
    ck_assert_uint_ge(lines(), 1 + 1 + 2 + 2);
    // One process of them, by the beginning of its name.
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    snprintf(name, sizeof name, "%.40s:%d", host, (int)cluster.workers[0].pid);
    ck_assert_int_eq(troupe("ps", "--bus", cluster.endpoint, "--node", name, "--timeout", "20"), 0);
    ck_assert(shows("sessions"));
    ck_assert(!shows("gateway "));
    ck_assert_int_eq(troupe("ps", "--bus", cluster.endpoint, "--node", "nobody", "--timeout", "20"),
                     1);
    ck_assert(complains("no process whose number or name begins with nobody"));
}
END_TEST

START_TEST(who_hangs_is_named_and_the_others_are_shown)
{
    world_start(&cluster, &(world_options){.gateways = 1, .workers = 1, .bus = "tcp"});
    kill(cluster.workers[0].pid, SIGSTOP);
    ck_assert_int_eq(troupe("nodes", "--bus", cluster.endpoint, "--timeout", "0.5"), 1);
    char name[64];
    snprintf(name, sizeof name, ":%d): nobody answers", (int)cluster.workers[0].pid);
    ck_assert_msg(complains(name), "%s", tr_buf_text(&err));
    snprintf(name, sizeof name, ":%d ", (int)cluster.gateways[0].pid);
    ck_assert(shows(name));
}
END_TEST

// -- what is no Troupe --

START_TEST(a_host_that_is_not_known_is_said_to_be_so)
{
    char endpoint[128];
    // Longer than a label of a host's name can be: nobody is asked.
    snprintf(endpoint, sizeof endpoint, "tcp://%s%s:7000",
             "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd",
             "eeeeeeeeeeffffffffffgggggggggghhhhhhhhhh");
    ck_assert_int_eq(troupe("ps", "--bus", endpoint), 1);
    ck_assert(complains("cannot be found"));
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(nobody_answers_where_nobody_is)
{
    // A port that somebody listens at and never says a word.
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    ok(bind(listener, (struct sockaddr *)&at, sizeof at));
    ok(getsockname(listener, (struct sockaddr *)&at, &size));
    if (_i == 0)
        ok(listen(listener, 1));
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", ntohs(at.sin_port));
    ck_assert_int_eq(troupe("ps", "--bus", endpoint, "--timeout", "0.3", "--json"), 1);
    ck_assert(complains("nobody answers"));
    ck_assert_uint_eq(out.size, 0);
    close(listener);
}
END_TEST

typedef struct liar {
    void *context;
    void *inbox;
    char endpoint[128];
    const char *rows;
    size_t size;
    uint64_t next;
    pthread_t thread;
} liar;

static void answer(liar *self, const char *endpoint, const tr_message *question)
{
    tr_buf batch = {0};
    tr_batch_head_append(&batch, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL,
                                                  .from_node = 99,
                                                  .to_node = question->from.node,
                                                  .sequence = 1});
    tr_message *message = tr_message_new(
        TR_MSG_inspected,
        &(tr_msg_inspected){.next = self->next, .rows = {self->rows, (uint32_t)self->size}});
    message->to = question->from;
    message->from = (tr_address){99, TR_SLOT_CORE};
    message->flags = TR_FLAG_ANSWER;
    message->correlation = question->correlation;
    tr_batch_append(&batch, message);
    tr_message_free(message);
    void *way = zmq_socket(self->context, ZMQ_PUSH);
    int linger = 1000;
    zmq_setsockopt(way, ZMQ_LINGER, &linger, sizeof linger);
    ok(zmq_connect(way, endpoint));
    ck_assert_int_ge(zmq_send(way, batch.data, batch.size, 0), 0);
    zmq_close(way);
    tr_buf_done(&batch);
}

// Takes questions, and answers each with the same.
static void *lie(void *arg)
{
    liar *self = arg;
    char endpoint[TR_ENDPOINT_CAP_BYTES] = "";
    char bytes[4096];
    int size;
    while ((size = zmq_recv(self->inbox, bytes, sizeof bytes, 0)) > 1) {
        tr_batch_reader reader;
        tr_batch_head head;
        ok(tr_batch_open(&reader, bytes, (size_t)size, &head));
        tr_message *message = NULL;
        while (tr_batch_next(&reader, &message) == 1) {
            if (TR_TYPE(message) == TR_MSG_link_hello) {
                tr_slice from = TR_BODY(message, link_hello)->endpoint;
                snprintf(endpoint, sizeof endpoint, "%.*s", (int)from.size, from.data);
            } else {
                answer(self, endpoint, message);
            }
            tr_message_free(message);
        }
    }
    return NULL;
}

static const struct {
    const char *rows;
    size_t size;
    uint64_t next;
} lies[] = {
    {"", 0, TR_INSPECT_END},
    {"\xc1", 1, TR_INSPECT_END},
    {"\x90", 1, TR_INSPECT_END},
    {"\x91\x98\x01\x00\x01\xa1", 6, TR_INSPECT_END},
    {"\xdd\xff\xff\xff\xff", 5, TR_INSPECT_END},
    // A node without anything, whose pages never end.
    {"\x91\x98\x01\x00\x01\xa1x\x00\xc2\x90\x80", 11, 0},
};

START_TEST(who_answers_nonsense_is_told_from_who_does_not)
{
    liar self = {.context = zmq_ctx_new(),
                 .rows = lies[_i].rows,
                 .size = lies[_i].size,
                 .next = lies[_i].next};
    self.inbox = zmq_socket(self.context, ZMQ_PULL);
    ok(zmq_bind(self.inbox, "tcp://127.0.0.1:*"));
    size_t size = sizeof self.endpoint;
    ok(zmq_getsockopt(self.inbox, ZMQ_LAST_ENDPOINT, self.endpoint, &size));
    ok(pthread_create(&self.thread, NULL, lie, &self));
    ck_assert_int_eq(troupe("ps", "--bus", self.endpoint, "--timeout", "20"), 1);
    ck_assert_msg(complains("answers what cannot be read"), "%s", tr_buf_text(&err));
    void *end = zmq_socket(self.context, ZMQ_PUSH);
    ok(zmq_connect(end, self.endpoint));
    ck_assert_int_eq(zmq_send(end, "", 1, 0), 1);
    pthread_join(self.thread, NULL);
    zmq_close(end);
    zmq_close(self.inbox);
    zmq_ctx_term(self.context);
}
END_TEST

static const struct {
    const char *arguments[6];
    const char *complaint;
} misuses[] = {
    {{"--bus", "tcp://127.0.0.1:1"}, "which command?"},
    {{"pss", "--bus", "tcp://127.0.0.1:1"}, "unknown command: pss"},
    {{"ps", "nodes", "--bus", "tcp://127.0.0.1:1"}, "one command is enough: nodes"},
    {{"ps"}, "--bus ENDPOINT is missing"},
    {{"ps", "--bus", "127.0.0.1:1"}, "not an endpoint"},
    {{"ps", "--bus"}, "without its value"},
    {{"ps", "--nonsense"}, "unknown option"},
    {{"ps", "--bus", "tcp://127.0.0.1:1", "--timeout", "soon"}, "not a number of seconds: soon"},
    {{"ps", "--bus", "tcp://127.0.0.1:1", "--sample", "-1"}, "not a number of seconds: -1"},
};

START_TEST(misuse_is_explained)
{
    const char *arguments[7] = {NULL};
    memcpy(arguments, misuses[_i].arguments, sizeof misuses[_i].arguments);
    unsetenv("TROUPE_BROKER");
    ck_assert_int_eq(run_troupe(arguments), 2);
    ck_assert_msg(complains(misuses[_i].complaint), "%s", tr_buf_text(&err));
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

Suite *introspection_suite(void);
Suite *introspection_suite(void)
{
    Suite *suite = suite_create("introspection");
    TCase *one = tcase_create("a system");
    tcase_set_timeout(one, 60);
    tcase_add_checked_fixture(one, NULL, tear_down);
    tcase_add_test(one, ps_shows_the_supervision_tree);
    tcase_add_test(one, without_a_tree_they_come_as_they_lie);
    tcase_add_test(one, json_is_json_and_says_the_same);
    tcase_add_test(one, dead_letters_are_shown);
    suite_add_tcase(suite, one);
    TCase *many = tcase_create("a cluster");
    tcase_set_timeout(many, 180);
    tcase_add_checked_fixture(many, NULL, tear_down);
    tcase_add_loop_test(many, a_broker_leads_to_every_process, 0, 2);
    tcase_add_test(many, who_hangs_is_named_and_the_others_are_shown);
    suite_add_tcase(suite, many);
    TCase *none = tcase_create("no system");
    tcase_set_timeout(none, 60);
    tcase_add_checked_fixture(none, NULL, tear_down);
    tcase_add_test(none, a_host_that_is_not_known_is_said_to_be_so);
    tcase_add_loop_test(none, nobody_answers_where_nobody_is, 0, 2);
    tcase_add_loop_test(none, who_answers_nonsense_is_told_from_who_does_not, 0, COUNT(lies));
    tcase_add_loop_test(none, misuse_is_explained, 0, COUNT(misuses));
    suite_add_tcase(suite, none);
    return suite;
}
