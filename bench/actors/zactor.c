// The yardstick of its own house: CZMQ's zactor, a thread for each actor, one message a frame.

#include <czmq.h>

#include "yardstick.h"

// A ring of as many actors as Troupe's would need more threads than a process should have.
enum { SENDERS = 8, RING = 100, ACTORS_CAP = 4000, MARK = 1000 };

static void *const no_arg = NULL;

// The pipe of a zactor also carries $TERM, so what is not a number ends the actor.
static bool receive(void *socket, uint64_t *number)
{
    zframe_t *frame = zframe_recv(socket);
    bool is_number = frame != NULL && zframe_size(frame) == sizeof *number;
    if (is_number)
        memcpy(number, zframe_data(frame), sizeof *number);
    zframe_destroy(&frame);
    return is_number;
}

static void send_number(void *socket, uint64_t number)
{
    zframe_t *frame = zframe_new(&number, sizeof number);
    ensure(zframe_send(&frame, socket, 0) == 0);
}

static void echo(zsock_t *pipe, void *arg)
{
    (void)arg;
    uint64_t number;
    zsock_signal(pipe, 0);
    while (receive(pipe, &number))
        send_number(pipe, number);
}

// Answers the last one.
static void count_down(zsock_t *pipe, void *arg)
{
    (void)arg;
    uint64_t number;
    zsock_signal(pipe, 0);
    while (receive(pipe, &number))
        if (number == 0)
            send_number(pipe, number);
}

static double stream(uint64_t count)
{
    zactor_t *actor = zactor_new(count_down, no_arg);
    uint64_t number;
    double began = now_ns();
    for (uint64_t left = count; left-- > 0;)
        send_number(actor, left);
    ensure(receive(actor, &number));
    double each = (now_ns() - began) / (double)count;
    zactor_destroy(&actor);
    return each;
}

static double there_and_back(uint64_t count)
{
    zactor_t *actor = zactor_new(echo, no_arg);
    uint64_t number;
    double began = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        send_number(actor, i);
        ensure(receive(actor, &number));
    }
    double each = (now_ns() - began) / (double)count;
    zactor_destroy(&actor);
    return each;
}

static double spawn_stop(uint64_t count)
{
    double began = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        zactor_t *actor = zactor_new(echo, no_arg);
        zactor_destroy(&actor);
    }
    return (now_ns() - began) / (double)count;
}

// Sends as many as it is told to.
static void push_all(zsock_t *pipe, void *arg)
{
    zsock_t *out = zsock_new_push(">inproc://fan-in");
    uint64_t number;
    (void)arg;
    zsock_signal(pipe, 0);
    while (receive(pipe, &number))
        while (number-- > 0)
            send_number(out, number);
    zsock_destroy(&out);
}

static double fan_in(uint64_t count)
{
    count -= count % SENDERS;
    zsock_t *in = zsock_new_pull("@inproc://fan-in");
    zactor_t *actors[SENDERS];
    for (unsigned i = 0; i < SENDERS; i++)
        actors[i] = zactor_new(push_all, no_arg);
    uint64_t number;
    double began = now_ns();
    for (unsigned i = 0; i < SENDERS; i++)
        send_number(actors[i], count / SENDERS);
    for (uint64_t i = 0; i < count; i++)
        ensure(receive(in, &number));
    double each = (now_ns() - began) / (double)count;
    for (unsigned i = 0; i < SENDERS; i++)
        zactor_destroy(&actors[i]);
    zsock_destroy(&in);
    return each;
}

// One of the ring: takes from behind, gives to the one in front.
static void pass_on(zsock_t *pipe, void *arg)
{
    uintptr_t index = (uintptr_t)arg;
    zsock_t *in = zsock_new_pair(NULL);
    zsock_t *out = zsock_new_pair(NULL);
    ensure(zsock_bind(in, "inproc://ring-%u", (unsigned)index) == 0);
    ensure(zsock_connect(out, "inproc://ring-%u", (unsigned)(index + 1)) == 0);
    zpoller_t *poller = zpoller_new(pipe, in, NULL);
    uint64_t number;
    zsock_signal(pipe, 0);
    while (zpoller_wait(poller, -1) == in && receive(in, &number))
        send_number(out, number);
    zpoller_destroy(&poller);
    zsock_destroy(&in);
    zsock_destroy(&out);
}

static double ring(uint64_t count)
{
    zactor_t *actors[RING];
    zsock_t *end = zsock_new_pair(NULL);
    zsock_t *start = zsock_new_pair(NULL);
    ensure(zsock_bind(end, "inproc://ring-%u", (unsigned)RING) == 0);
    for (uintptr_t i = 0; i < RING; i++)
        actors[i] = zactor_new(pass_on, (void *)i);
    ensure(zsock_connect(start, "inproc://ring-0") == 0);
    uint64_t rounds = (count + RING - 1) / RING;
    uint64_t number;
    double began = now_ns();
    for (uint64_t i = 0; i < rounds; i++) {
        send_number(start, i);
        ensure(receive(end, &number));
    }
    double each = (now_ns() - began) / (double)(rounds * (RING + 1));
    for (unsigned i = 0; i < RING; i++)
        zactor_destroy(&actors[i]);
    zsock_destroy(&start);
    zsock_destroy(&end);
    return each;
}

static double idle_actor_bytes(uint64_t count)
{
    static zactor_t *actors[ACTORS_CAP];
    ensure(count <= ACTORS_CAP);
    uint64_t number;
    double before = resident_bytes();
    for (uint64_t i = 0; i < count; i++) {
        actors[i] = zactor_new(echo, no_arg);
        send_number(actors[i], i);
        ensure(receive(actors[i], &number));
    }
    double each = (resident_bytes() - before) / (double)count;
    for (uint64_t i = 0; i < count; i++)
        zactor_destroy(&actors[i]);
    return each;
}

int main(int argc, char **argv)
{
    static const yardstick_case cases[] = {{"local-message", stream, 1},
                                           {"local-ask", there_and_back, 1},
                                           {"ping-pong-local", there_and_back, 1},
                                           {"spawn-stop", spawn_stop, 0},
                                           {"fan-in", fan_in, 1},
                                           {"ring", ring, 1},
                                           {"cross-thread", stream, 1},
                                           {"ping-pong-threads", there_and_back, 1},
                                           {"idle-actor-bytes", idle_actor_bytes, 0},
                                           {NULL, NULL, 0}};
    zsys_handler_set(NULL);
    zsys_set_max_sockets(0);
    zsys_set_pipehwm(MARK);
    int result = yardstick_main(argc, argv, cases);
    zsys_shutdown();
    return result;
}
