// `troupe` where nothing is to be seen: nobody is there, nobody answers, what answers is no Troupe, or it
// was called the wrong way.

#include <check.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "actors/core/actor_record.h"
#include "actors/system/introspect.h"
#include "tests/support/system.h"
#include "tests/support/troupe_command.h"
#include "wire/envelope.h"

Suite *no_troupe_suite(void);

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

START_TEST(a_host_that_is_not_known_is_said_to_be_so)
{
    char endpoint[128];
    // Longer than a label of a host's name can be: nobody is asked.
    snprintf(endpoint, sizeof endpoint, "tcp://%s%s:7000",
             "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd",
             "eeeeeeeeeeffffffffffgggggggggghhhhhhhhhh");
    ck_assert_int_eq(troupe("ps", "--bus", endpoint), 1);
    ck_assert(troupe_complains("cannot be found"));
    ck_assert_uint_eq(troupe_out.size, 0);
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
    ck_assert(troupe_complains("nobody answers"));
    ck_assert(troupe_complains("--bus-key"));
    ck_assert_uint_eq(troupe_out.size, 0);
    ck_assert_int_eq(troupe("top", "--bus", endpoint, "--timeout", "0.3"), 1);
    ck_assert(troupe_complains("--bus-key"));
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
    ck_assert_msg(troupe_complains("answers what cannot be read"), "%s", tr_buf_text(&troupe_err));
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
    ck_assert_int_eq(troupe_run(arguments), 2);
    ck_assert_msg(troupe_complains(misuses[_i].complaint), "%s", tr_buf_text(&troupe_err));
    ck_assert_uint_eq(troupe_out.size, 0);
}
END_TEST

Suite *no_troupe_suite(void)
{
    Suite *suite = suite_create("no_troupe");
    TCase *none = tcase_create("no system");
    tcase_set_timeout(none, 60);
    tcase_add_checked_fixture(none, NULL, troupe_done);
    tcase_add_test(none, a_host_that_is_not_known_is_said_to_be_so);
    tcase_add_loop_test(none, nobody_answers_where_nobody_is, 0, 2);
    tcase_add_loop_test(none, who_answers_nonsense_is_told_from_who_does_not, 0, COUNT(lies));
    tcase_add_loop_test(none, misuse_is_explained, 0, COUNT(misuses));
    suite_add_tcase(suite, none);
    return suite;
}
