#include "tests/support/peer.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/bus/trunk.h"
#include "base/log.h"
#include "base/must.h"
#include "tests/support/system.h"

// -- in the process --

typedef struct mate {
    tr_address other; // TR_NOWHERE: nobody
    uint64_t number;
} mate;

static void say(const char *line)
{
    ssize_t ignored = write(STDOUT_FILENO, line, strlen(line));
    (void)ignored;
}

static void watch(tr_actor *actor, tr_address who)
{
    tr_must(tr_monitor(actor, who) > 0);
}

static void beat_in(tr_actor *actor, uint64_t delay_ms)
{
    tr_must(tr_after(actor, delay_ms, 0) == 0);
}

// A signal comes to any thread.
static atomic_uint releases;

static void on_release(int signal)
{
    (void)signal;
    atomic_fetch_add(&releases, 1);
}

static void keep_thread(void)
{
    unsigned before = atomic_load(&releases);
    while (atomic_load(&releases) == before)
        usleep(1000);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    mate *self = tr_actor_state(actor);
    switch (TR_TYPE(message)) {
    case TR_MSG_probe:
        if (TR_BODY(message, probe)->number == PEER_BLOCK) {
            keep_thread();
            break;
        }
        if (TR_BODY(message, probe)->payload.size != 0) {
            (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), message->from, probe,
                          .number = PEER_WEIGHED + TR_BODY(message, probe)->payload.size);
            break;
        }
        self->other = message->from;
        watch(actor, message->from);
        beat_in(actor, 0);
        break;
    case TR_MSG_alarm:
        if (!tr_address_is_set(self->other))
            break;
        (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), self->other, probe,
                      .number = ++self->number);
        beat_in(actor, PEER_BEAT_MS);
        break;
    case TR_MSG_down: {
        char line[64];
        snprintf(line, sizeof line, "down %" PRIu64 "\n", tr_clock_ms());
        say(line);
        self->other = TR_NOWHERE;
        break;
    }
    default:
        break;
    }
}

static const tr_behaviour mate_behaviour = {
    .name = "mate", .state_size = sizeof(mate), .on_message = on_message};

static void echo(tr_actor *actor, tr_message *message)
{
    if (TR_TYPE(message) == TR_MSG_probe)
        (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), message->from, probe,
                      .number = TR_BODY(message, probe)->number);
}

static const tr_behaviour echo_behaviour = {.name = "echo", .on_message = echo};

static int set_up(tr_core *core, void *arg)
{
    tr_address *out = arg;
    return tr_core_index(core) == 0 ? tr_spawn(core, &mate_behaviour, NULL, 0, &out[0])
                                    : tr_spawn(core, &echo_behaviour, NULL, 0, &out[1]);
}

int peer_main(const char *bus)
{
    tr_address actors[2];
    tr_system *system;
    tr_log_level_set(TR_LOG_ERROR);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, on_release);
    if (tr_system_start(&(tr_system_options){.core_count = 2,
                                             .bus_endpoint = bus,
                                             .trunk_over = 1,
                                             .setup = set_up,
                                             .arg = actors},
                        &system) < 0)
        return 1;
    char line[3 * TR_ENDPOINT_CAP_BYTES + 64];
    snprintf(line, sizeof line, "up %" PRIx64 " %" PRIx64 " %" PRIx64 " %s %s %s\n", actors[0].node,
             actors[0].actor, actors[1].actor, tr_system_endpoint(system, 0),
             tr_system_endpoint(system, 1), tr_trunks_endpoint(system).data);
    say(line);
    for (;;)
        pause();
}

// -- in the test --

static void read_line(const peer *self, char *out, size_t size)
{
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    for (size_t at = 0; at < size; at++) {
        struct pollfd readable = {.fd = self->out, .events = POLLIN};
        while (poll(&readable, 1, 100) <= 0)
            ck_assert_msg(tr_clock_ms() < deadline, "a node does not say what it should");
        ck_assert_int_eq(read(self->out, out + at, 1), 1);
        if (out[at] == '\n') {
            out[at] = '\0';
            return;
        }
    }
    ck_abort_msg("a node says too much");
}

void peer_start(peer *self, const char *bus)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t parent = getpid();
    *self = (peer){.out = ends[0], .pid = fork()};
    if (self->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(127);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "all", "--node", bus, (char *)NULL);
        _exit(127);
    }
    ck_assert_int_gt(self->pid, 0);
    close(ends[1]);
    char line[3 * TR_ENDPOINT_CAP_BYTES + 64];
    read_line(self, line, sizeof line);
    ck_assert_int_eq(sscanf(line, "up %" SCNx64 " %" SCNx64 " %" SCNx64 " %255s %255s %255s",
                            &self->mate.node, &self->mate.actor, &self->echo.actor, self->endpoint,
                            self->echo_endpoint, self->trunk),
                     6);
    self->echo.node = self->mate.node;
}

uint64_t peer_down_ms(peer *self)
{
    char line[64];
    uint64_t at_ms = 0;
    read_line(self, line, sizeof line);
    ck_assert_int_eq(sscanf(line, "down %" SCNu64, &at_ms), 1);
    return at_ms;
}

void peer_release(const peer *self)
{
    ck_assert_int_eq(kill(self->pid, SIGUSR1), 0);
}

void peer_kill(peer *self)
{
    if (self->pid == 0)
        return;
    kill(self->pid, SIGKILL);
    waitpid(self->pid, NULL, 0);
    close(self->out);
    self->pid = 0;
}
