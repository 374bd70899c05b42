#ifndef TR_TESTS_GATEWAY_EDGE_WORLD_H
#define TR_TESTS_GATEWAY_EDGE_WORLD_H

// The whole gateway on a real socket: one core thread with the gateway and a sessions actor that
// does as an event's name says; the test is the browser, byte by byte.

#include <check.h>

#include "gateway/gateway.h"
#include "troupe/actors/system.h"
#include "wire/message.h"

// No socket buffers between us and the gateway hold a big packet.
enum { WAIT_S = 60, BIG_PACKET_BYTES = 12 * 1024 * 1024 };

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

extern unsigned char edge_big_file[100000];
extern tr_asset edge_assets[];

struct world {
    tr_system *system;
    unsigned port;
    bool without_worker;
    bool held_clock;
    bool is_portless; // on a unix socket
    enum tr_transport transport;
    tr_gateway_options options;
    void (*on_question)(const tr_message *question); // to the sessions actor, on the core thread
    pthread_mutex_t lock;                            // guards what follows
    pthread_cond_t changed;
    unsigned opens;
    unsigned events;
    unsigned detaches;
    unsigned detach_code;
    unsigned written;
    unsigned broken; // downloads, as it was told and not asked
    bool newest_wins;
    bool is_jammed;
    tr_address asker; // the core thread's
    char ip[64];
    char agent[1024];
    tr_gateway_stats stats;
    unsigned turns; // of the core thread's loop
    bool has_stats;
};
extern struct world edge_world;

void edge_changed(void);

void edge_jam(bool is_jammed);

void edge_announce_worker(tr_core *core);

void edge_tear_down_core(tr_core *core, void *arg);

void edge_world_up(void);

void edge_world_down(void);

bool edge_wait_on(unsigned *value, unsigned wanted);

tr_gateway_stats edge_stats(void);

// How often the core thread's loop has turned, this question's turns with it.
unsigned edge_turns(void);

// That the loop stands still, now that everything has been said.
void edge_costs_nothing(void);

// Something that ends by itself: looked at again and again, without sleeping between (each look is
// a round trip to the core thread).
#define eventually(condition)                                                                      \
    do {                                                                                           \
        time_t until_ = time(NULL) + WAIT_S;                                                       \
        while (!(condition))                                                                       \
            ck_assert_msg(time(NULL) < until_, "never: %s", #condition);                           \
    } while (0)

int edge_browser(void);

void edge_put_register(int peer, const char *page_name, const char *page);

int edge_attached_browser(void);

void edge_put_event(int peer, const char *name, const char *data);

void edge_set_up(void);

void edge_tear_down(void);

// Before the set up: with a certificate, and a browser that speaks TLS.
void edge_encrypt(void);

// With limits of each address; 0 `connections`: as many as it likes. Its end checks that all was given
// back.
void edge_set_up_limited(unsigned connections, const char *trusted_proxies);
void edge_tear_down_limited(void);

typedef struct response {
    unsigned status;
    char head[8192];
    char *body;
    size_t size;
} response;

// The server's socket of the same connection, once it has accepted it: this is one process.
int edge_server_side_of(int peer);

response edge_ask(int peer, const char *request, bool has_body);

#endif
