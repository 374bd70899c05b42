// The command line of the load client. Thread: any. Owns: nothing, texts point into argv.
#ifndef BENCH_LOAD_OPTIONS_H
#define BENCH_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum load_mode {
    LOAD_COUNTER, // clicks on a counter app, told apart by the number it shows
    LOAD_ECHO,    // equal frames to an echo server, told apart by counting reply bytes
    LOAD_OPEN,    // how fast sessions open
    LOAD_IDLE,    // open sessions and hold them until stdin closes
};

enum { LOAD_SERVER_PIDS_MAX = 8 };

struct load_options {
    enum load_mode mode;
    bool is_echo;     // the server is the echo, not an app: nothing to register
    const char *host; // IPv4 address
    int port;
    const char *path;
    unsigned connections;
    unsigned in_flight;   // closed loop: unanswered events per connection
    unsigned concurrency; // sessions being opened at the same time
    double seconds;
    double warmup;
    double rate;          // events per second over all connections; 0: closed loop
    size_t request_bytes; // echo only; an app's event has the size it has
    size_t reply_bytes;   // echo only
    bool is_json;
    bool is_spinning;  // never sleep: for latencies, on a CPU of its own
    bool is_reopening; // open mode: close each session when its page is seen, open the next
    pid_t server_pids[LOAD_SERVER_PIDS_MAX];
    unsigned server_pid_count;
};

// 0; 1 if help was printed; -1 after one line on stderr.
int load_options_parse(struct load_options *out, int argc, char **argv);

#endif
