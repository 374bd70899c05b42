#ifndef TR_HOST_OPTIONS_H
#define TR_HOST_OPTIONS_H

// The settings of a Troupe program, read and checked. The list of them is host/options.def. A
// setting comes, in this order, from the command line, from its variable TROUPE_NAME, from a file
// that TROUPE_NAME_FILE names (as secrets are mounted), from Flet's variable, from the env file
// under the same names, or it has its default.
//
// Thread: main. Owns: what it read from files. Lends: other texts point into argv and the
// environment.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/client_limits.h"
#include "base/misuse_way.h"
#include "gateway/forwarded.h"
#include "gateway/tailor.h"
#include "sdk/session/session_record.h"
#include "store/record_seal.h"
#include "troupe/actors/system.h"
#include "wire/limits.h"

enum { TR_ADMIN_HOST_CAP_BYTES = 256 };

enum tr_client { TR_CLIENT_HTML, TR_CLIENT_FLUTTER };
enum tr_state_change { TR_STATE_USUAL, TR_STATE_KEEP, TR_STATE_ANEW };

#define OPTION(id, ...) TR_OPTION_##id,
enum tr_option_id {
#include "host/options.def"
    TR_OPTION_COUNT
};
#undef OPTION

// A setting as it was given.
typedef struct tr_given {
    const char *value;  // NULL: not given
    const char *source; // "--port", "TROUPE_SERVER_PORT", "TROUPE_SERVER_PORT in app.env"
} tr_given;

typedef struct tr_options {
    const char *host;          // "unix:PATH" is a unix socket
    unsigned socket_mode;      // of that
    const char *socket_owner;  // USER:GROUP; NULL: as files of ours are
    const char *redirect_host; // of plain HTTP, which is sent to HTTPS; NULL: there is none
    unsigned redirect_port;
    unsigned https_port;     // that it is sent to; 0: the one that is served
    const char *acme_folder; // NULL: there is none
    bool has_proxy_headers;
    unsigned port;  // 0: any that is free
    uint32_t roles; // bits of enum tr_role
    unsigned threads;
    unsigned coroutines; // in flight on a core thread
    const char *brokers[TR_BROKERS_CAP];
    unsigned broker_count;
    const char *bus;     // where other processes reach this one; NULL: found out
    const char *bus_key; // a file, or two with a comma between; NULL: nothing is encrypted
    uint32_t trunk_over;
    bool insecure_bus;
    enum tr_transport transport;
    uint64_t session_timeout_ms;
    uint64_t unused_timeout_ms; // of one whose page nobody has used
    uint64_t memory_max;        // bytes of heap; 0: found out (host/memory_max.h)
    tr_pool_options pool;
    enum tr_handlers_mode handlers;
    const char *allowed_origins; // NULL: none, as below
    const char *trusted_proxies;
    const char *allowed_hosts;
    const char *tls_cert; // NULL: plain HTTP
    const char *tls_key;
    unsigned hsts_s;
    unsigned ping_s; // an idle browser is asked whether it is there
    enum tr_forwarded_header forwarded_header;
    tr_client_caps clients;  // of each address
    enum tr_client client;   // as asked for; `renderer` is what follows from it
    tr_renderer renderer;    // the client that draws the pages: our client, or Flet's
    const char *user_header; // of a trusted proxy; NULL: none signs people in
    bool has_hash_routes;
    const char *mount;         // the beginning of every page's path; "": nothing
    const char *socket_path;   // below the mount: "/ws"
    const char *assets;        // a folder of the app's files; NULL: none
    const char *flutter_path;  // the folder of Flet's client; NULL: looked for
    const char *upload_dir;    // NULL: there are no uploads
    const char *upload_path;   // below the mount: "/upload"
    const char *download_path; // likewise: "/download"
    const char *frame_ancestors;
    const char *upload_origins;  // with commas between; "": none
    const char *frame_origins;   // the same, of sites that pages may show within them
    uint64_t upload_size_max;    // bytes; 0: unlimited
    const char *secret_key;      // NULL: each process makes one up
    const char *old_secret_keys; // with commas between; NULL: none
    const char *store;           // a URL (store/store.h); NULL: sessions live in memory
    const char *oauth_path;      // below the mount: "/oauth_callback"
    uint64_t oauth_state_timeout_ms;
    enum tr_durability durability;
    enum tr_misuse_way misuse;
    enum tr_store_encryption encrypt_store;
    const char *env_file;
    const char *admin_host;  // NULL: there is no admin listener
    unsigned admin_port;     // 0: any that is free
    uint64_t store_identity; // no setting: what the start check finds out of `store`
    bool is_embedded;        // in somebody else's server: no setting, but of how it was started
    bool is_help;
    bool is_check;
    bool builds_again;
    const char *desk;         // NULL: nobody is writing this app now
    const char *state_before; // NULL: whatever it is
    enum tr_state_change state_change;
    bool is_print_config;
    tr_given given[TR_OPTION_COUNT];
    tr_buf warnings; // a line for each setting that is unknown or has no effect
    char mount_storage[TR_MOUNT_CAP_BYTES];
    char socket_storage[TR_MOUNT_CAP_BYTES];
    char upload_storage[TR_MOUNT_CAP_BYTES];
    char download_storage[TR_MOUNT_CAP_BYTES];
    char oauth_storage[TR_MOUNT_CAP_BYTES];
    char admin_storage[TR_ADMIN_HOST_CAP_BYTES];
    char redirect_storage[TR_ADMIN_HOST_CAP_BYTES];
    struct tr_owned_text *owned;
} tr_options;

// 0; TR_EINVALID and one clear line in `error`, which names the option or variable. Either way it
// is done with tr_options_done.
int tr_options_read(tr_options *self, int argc, char **argv, tr_buf *error)
    __attribute__((warn_unused_result));

// Zeroed memory is fine.
void tr_options_done(tr_options *self);

// Is it an endpoint a broker can have: tcp://HOST:PORT or ipc://NAME?
bool tr_options_is_endpoint(const char *text);

// For --help.
void tr_options_help(tr_buf *out, const char *program);

// For --print-config: `name=value from=source` lines.
void tr_options_print(const tr_options *self, tr_buf *out);

#endif
