// The yardstick of messages: raw ZeroMQ, with the batching that Troupe has in the same case: eight
// messages a batch in a stream between threads, and each alone on one thread (where Troupe hands
// each over by itself) and there and back. A message is as long as Troupe's on the wire, is written
// by copying it, and is looked at by its receiver. Streams go over PUSH and PULL, there and back
// over PAIR.

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "yardstick.h"

// A tick of the benchmark on the bus: length, envelope, one number.
enum { MESSAGE_BYTES = 58, PER_BATCH = 8, HIGH_WATER_MARK = 1024, BURST = 64 };

typedef struct message {
    uint64_t number;
    unsigned char rest[MESSAGE_BYTES - sizeof(uint64_t)];
} message;

static void *open_socket(void *context, int type, const char *endpoint, int is_bound)
{
    void *socket = zmq_socket(context, type);
    ensure(socket != NULL);
    int mark = HIGH_WATER_MARK;
    int linger = 0;
    ensure(zmq_setsockopt(socket, ZMQ_SNDHWM, &mark, sizeof mark) == 0);
    ensure(zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, sizeof mark) == 0);
    ensure(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) == 0);
    ensure((is_bound ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint)) == 0);
    return socket;
}

static void send_batch(void *socket, uint64_t first, unsigned count)
{
    message it = {0};
    zmq_msg_t batch;
    ensure(zmq_msg_init_size(&batch, count * sizeof it) == 0);
    unsigned char *at = zmq_msg_data(&batch);
    for (unsigned i = 0; i < count; i++, at += sizeof it) {
        it.number = first + i;
        memcpy(at, &it, sizeof it);
    }
    ensure(zmq_msg_send(&batch, socket, 0) >= 0);
}

// Returns how many messages were in it.
static unsigned receive_batch(void *socket, uint64_t *sum)
{
    zmq_msg_t batch;
    zmq_msg_init(&batch);
    ensure(zmq_msg_recv(&batch, socket, 0) >= 0);
    const unsigned char *at = zmq_msg_data(&batch);
    unsigned count = (unsigned)(zmq_msg_size(&batch) / sizeof(message));
    for (unsigned i = 0; i < count; i++, at += sizeof(message)) {
        message it;
        memcpy(&it, at, sizeof it);
        *sum += it.number;
    }
    zmq_msg_close(&batch);
    return count;
}

static double stream_on_one_thread(uint64_t count, unsigned senders)
{
    void *context = zmq_ctx_new();
    void *receiver = open_socket(context, ZMQ_PULL, "inproc://here", 1);
    void *sockets[128];
    ensure(senders <= sizeof sockets / sizeof *sockets);
    for (unsigned i = 0; i < senders; i++)
        sockets[i] = open_socket(context, ZMQ_PUSH, "inproc://here", 0);
    uint64_t sum = 0;
    double began = now_ns();
    for (uint64_t sent = 0; sent < count;) {
        unsigned turn = 0;
        for (; turn < BURST; turn++, sent++)
            send_batch(sockets[sent % senders], sent, 1);
        while (turn > 0)
            turn -= receive_batch(receiver, &sum);
    }
    double each = (now_ns() - began) / (double)((count + BURST - 1) / BURST * BURST);
    for (unsigned i = 0; i < senders; i++)
        zmq_close(sockets[i]);
    zmq_close(receiver);
    zmq_ctx_term(context);
    return each;
}

static double local_message(uint64_t count)
{
    return stream_on_one_thread(count, 1);
}

static double fan_in(uint64_t count)
{
    return stream_on_one_thread(count, 100);
}

static double there_and_back_on_one_thread(uint64_t count)
{
    void *context = zmq_ctx_new();
    void *near = open_socket(context, ZMQ_PAIR, "inproc://pair", 1);
    void *far = open_socket(context, ZMQ_PAIR, "inproc://pair", 0);
    uint64_t sum = 0;
    double began = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        send_batch(near, i, 1);
        receive_batch(far, &sum);
        send_batch(far, i, 1);
        receive_batch(near, &sum);
    }
    double each = (now_ns() - began) / (double)count;
    zmq_close(near);
    zmq_close(far);
    zmq_ctx_term(context);
    return each;
}

// A hop is half of there and back.
static double ring(uint64_t count)
{
    return there_and_back_on_one_thread(count / 2) / 2;
}

typedef struct peer {
    void *context;
    const char *endpoint;
    uint64_t count;
} peer;

static void *push_all(void *arg)
{
    peer *self = arg;
    void *socket = open_socket(self->context, ZMQ_PUSH, self->endpoint, 0);
    for (uint64_t sent = 0; sent < self->count; sent += PER_BATCH)
        send_batch(socket, sent, PER_BATCH);
    zmq_close(socket);
    return NULL;
}

static double cross_thread(uint64_t count)
{
    peer it = {zmq_ctx_new(), "inproc://stream", count - count % PER_BATCH};
    void *receiver = open_socket(it.context, ZMQ_PULL, it.endpoint, 1);
    pthread_t thread;
    uint64_t sum = 0;
    double began = now_ns();
    ensure(pthread_create(&thread, NULL, push_all, &it) == 0);
    for (uint64_t got = 0; got < it.count;)
        got += receive_batch(receiver, &sum);
    double each = (now_ns() - began) / (double)it.count;
    pthread_join(thread, NULL);
    zmq_close(receiver);
    zmq_ctx_term(it.context);
    return each;
}

static void echo(void *context, const char *endpoint, uint64_t count)
{
    void *socket = open_socket(context, ZMQ_PAIR, endpoint, 0);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        receive_batch(socket, &sum);
        send_batch(socket, i, 1);
    }
    receive_batch(socket, &sum); // its end
    zmq_close(socket);
}

static double ping(void *socket, uint64_t count)
{
    uint64_t sum = 0;
    double began = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (i == 1)
            began = now_ns(); // the connection is up
        send_batch(socket, i, 1);
        receive_batch(socket, &sum);
    }
    double each = (now_ns() - began) / (double)(count - 1);
    send_batch(socket, count, 1);
    return each;
}

static void *echo_thread(void *arg)
{
    peer *self = arg;
    echo(self->context, self->endpoint, self->count);
    return NULL;
}

static double ping_pong_threads(uint64_t count)
{
    peer it = {zmq_ctx_new(), "inproc://pair", count + 1};
    void *socket = open_socket(it.context, ZMQ_PAIR, it.endpoint, 1);
    pthread_t thread;
    ensure(pthread_create(&thread, NULL, echo_thread, &it) == 0);
    double each = ping(socket, it.count);
    pthread_join(thread, NULL);
    zmq_close(socket);
    zmq_ctx_term(it.context);
    return each;
}

static double ping_pong_processes(uint64_t count)
{
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "ipc://@troupe-bench-%d", (int)getpid());
    pid_t pid = fork();
    ensure(pid >= 0);
    if (pid == 0) {
        void *context = zmq_ctx_new();
        echo(context, endpoint, count + 1);
        zmq_ctx_term(context);
        _exit(0);
    }
    void *context = zmq_ctx_new();
    void *socket = open_socket(context, ZMQ_PAIR, endpoint, 1);
    double each = ping(socket, count + 1);
    int status;
    ensure(waitpid(pid, &status, 0) == pid && status == 0);
    zmq_close(socket);
    zmq_ctx_term(context);
    return each;
}

int main(int argc, char **argv)
{
    static const yardstick_case cases[] = {{"local-message", local_message, 1},
                                           {"fan-in", fan_in, 1},
                                           {"local-ask", there_and_back_on_one_thread, 1},
                                           {"ping-pong-local", there_and_back_on_one_thread, 1},
                                           {"ring", ring, 1},
                                           {"cross-thread", cross_thread, PER_BATCH},
                                           {"ping-pong-threads", ping_pong_threads, 1},
                                           {"ping-pong-processes", ping_pong_processes, 1},
                                           {NULL, NULL, 0}};
    return yardstick_main(argc, argv, cases);
}
