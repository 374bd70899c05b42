// `troupe` against running systems: what people see of a supervisor tree, of a cluster, and of one who
// hangs.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/system/introspect.h"
#include "base/must.h"
#include "tests/support/browser.h"
#include "tests/support/system.h"
#include "tests/support/troupe_command.h"
#include "tests/support/world.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/names.h"
#include "troupe/actors/supervisor.h"

static tr_system *here;
static world cluster;

static void tear_down(void)
{
    tr_system_stop(&here);
    world_stop(&cluster);
    troupe_done();
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
    const char *at = strstr(tr_buf_text(&troupe_out), wanted);
    ck_assert_msg(at != NULL, "no '%s' in\n%s", wanted, tr_buf_text(&troupe_out));
    const char *text = tr_buf_text(&troupe_out);
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
                  "%s", tr_buf_text(&troupe_err));
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
    ck_assert(troupe_shows("night watch"));
    ck_assert(troupe_shows("sleep"));
    // Parents come before their children, and these in the order they are started in.
    const char *text = tr_buf_text(&troupe_out);
    ck_assert(strstr(text, "  data ") < strstr(text, "  rooms "));
    ck_assert(strstr(text, "  rooms ") < strstr(text, "  lobby "));
    ck_assert(strstr(text, "  lobby ") < strstr(text, "  wheel "));
    ck_assert_uint_eq(troupe_err.size, 0);
}
END_TEST

START_TEST(without_a_tree_they_come_as_they_lie)
{
    ck_assert_msg(troupe("ps", "--bus", tree_up(), "--timeout", "20") == 0, "%s",
                  tr_buf_text(&troupe_err));
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
    ck_assert_int_eq(write(fd, troupe_out.data, troupe_out.size), (ssize_t)troupe_out.size);
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
    ck_assert(troupe_shows("probe"));
    ck_assert(troupe_shows("TR_EGONE"));
    ck_assert_int_eq(troupe("dead-letters", "--bus", bus, "--json", "--timeout", "20"), 0);
    json_says("all.cores[0].dead_letters.find(d => d.message == \"probe\").reason", "TR_EGONE");
}
END_TEST

// -- a cluster --

static unsigned lines(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < troupe_out.size; i++)
        count += troupe_out.data[i] == '\n';
    return count;
}

START_TEST(a_broker_leads_to_every_process)
{
    world_start(&cluster,
                &(world_options){
                    .gateways = 1, .workers = 1, .threads = "2", .bus = _i == 0 ? "tcp" : "ipc"});
    ck_assert_msg(troupe("nodes", "--bus", cluster.endpoint, "--timeout", "20") == 0, "%s",
                  tr_buf_text(&troupe_err));
    // The broker's other core thread has nothing to say to anybody.
    char name[64];
    ck_assert(troupe_shows("(broker)"));
    snprintf(name, sizeof name, ":%d ", (int)cluster.workers[0].pid);
    ck_assert(troupe_shows(name));
    snprintf(name, sizeof name, ":%d ", (int)cluster.gateways[0].pid);
    ck_assert(troupe_shows(name));
    ck_assert_uint_ge(lines(), 1 + 1 + 2 + 2);
    // One process of them, by the beginning of its name.
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    snprintf(name, sizeof name, "%.40s:%d", host, (int)cluster.workers[0].pid);
    ck_assert_int_eq(troupe("ps", "--bus", cluster.endpoint, "--node", name, "--timeout", "20"), 0);
    ck_assert(troupe_shows("sessions"));
    ck_assert(!troupe_shows("gateway "));
    ck_assert_int_eq(troupe("ps", "--bus", cluster.endpoint, "--node", "nobody", "--timeout", "20"),
                     1);
    ck_assert(troupe_complains("no process whose number or name begins with nobody"));
}
END_TEST

START_TEST(more_core_threads_than_a_process_may_have_brokers_are_all_asked)
{
    world_start(&cluster,
                &(world_options){.gateways = 1, .workers = 1, .threads = "6", .bus = "tcp"});
    ck_assert_msg(troupe("nodes", "--bus", cluster.endpoint, "--timeout", "20") == 0, "%s",
                  tr_buf_text(&troupe_err));
    ck_assert_uint_ge(lines(), 1 + 1 + 6 + 6);
}
END_TEST

START_TEST(who_hangs_is_named_and_the_others_are_shown)
{
    world_start(&cluster, &(world_options){.gateways = 1, .workers = 1, .bus = "tcp"});
    kill(cluster.workers[0].pid, SIGSTOP);
    ck_assert_int_eq(troupe("nodes", "--bus", cluster.endpoint, "--timeout", "5"), 1);
    char name[64];
    snprintf(name, sizeof name, ":%d): nobody answers", (int)cluster.workers[0].pid);
    ck_assert_msg(troupe_complains(name), "%s", tr_buf_text(&troupe_err));
    snprintf(name, sizeof name, ":%d ", (int)cluster.gateways[0].pid);
    ck_assert(troupe_shows(name));
}
END_TEST

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
    tcase_add_test(many, more_core_threads_than_a_process_may_have_brokers_are_all_asked);
    tcase_add_test(many, who_hangs_is_named_and_the_others_are_shown);
    suite_add_tcase(suite, many);
    return suite;
}
