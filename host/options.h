#ifndef TR_HOST_OPTIONS_H
#define TR_HOST_OPTIONS_H

// The command line and the environment of a Troupe program, checked. Options win over the
// environment, TROUPE_ names over their FLET_ aliases.
//
// Thread: main. Lends: texts point into argv and the environment.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "gateway/tailor.h"
#include "sdk/session/session_record.h"
#include "troupe/system.h"
#include "wire/limits.h"

enum tr_client { TR_CLIENT_ANY, TR_CLIENT_HTML, TR_CLIENT_FLUTTER };

typedef struct tr_options {
    const char *host;
    unsigned port; // 0: any that is free
    uint32_t roles; // bits of enum tr_role
    unsigned threads;
    unsigned coroutines; // in flight on a core thread; 0: the default
    const char *brokers[TR_BROKERS_CAP];
    unsigned broker_count;
    const char *bus; // where other processes reach this one; NULL: found out
    enum tr_transport transport;
    uint64_t session_timeout_ms;
    tr_pool_options pool; // zero: the default
    enum tr_handlers_mode handlers;
    const char *allowed_origins;
    const char *trusted_proxies;
    enum tr_client client;    // as asked for; `renderer` is what follows from it
    tr_renderer renderer;     // who draws the pages: our client, or Flet's
    bool has_renderer;        // was it asked for
    bool has_hash_routes;
    const char *mount;        // what the path of every page begins with; "": nothing
    const char *assets;       // a folder of the app's files; NULL: none
    const char *flutter_path; // the folder of Flet's client; NULL: looked for
    bool is_help;
    bool is_check;
    char storage[1024]; // of the broker list when it came from the environment
    char mount_storage[TR_MOUNT_CAP_BYTES];
} tr_options;

// 0; TR_EINVALID and one clear line in `error`.
int tr_options_read(tr_options *self, int argc, char **argv, tr_buf *error)
    __attribute__((warn_unused_result));

// Is it an endpoint a broker can have: tcp://HOST:PORT or ipc://NAME?
bool tr_options_is_endpoint(const char *text);

void tr_options_help(tr_buf *out, const char *program);

#endif
