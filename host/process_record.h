#ifndef TR_HOST_PROCESS_RECORD_H
#define TR_HOST_PROCESS_RECORD_H

// What a process is made of, as the files that start and end it know it.
//
// Thread: main; core threads while they are set up, and where a member says so.

#include <pthread.h>
#include <stdatomic.h>

#include "auth/settings.h"
#include "base/buf.h"
#include "base/lock.h"
#include "gateway/fatal_openings.h"
#include "gateway/gateway.h"
#include "gateway/tls.h"
#include "host/intake.h"
#include "host/process.h"
#include "sdk/roles/restore_turn.h"
#include "store/record_seal.h"
#include "troupe/actors/system.h"
#include "uploads/upload_url.h"

struct tr_process {
    const tr_app *app;
    const tr_options *options;
    const tr_site *site;
    const char *name;
    tr_system *system;
    tr_intake *intake;       // NULL: it is not embedded
    tr_listeners *listeners; // NULL once it drains
    char bus[TR_ENDPOINT_CAP_BYTES];
    char app_name[TR_APP_NAME_CAP_BYTES];
    tr_upload_settings uploads;
    char upload_path[2 * TR_MOUNT_CAP_BYTES];
    tr_upload_settings downloads;
    char download_path[2 * TR_MOUNT_CAP_BYTES];
    tr_client_limits *clients;
    tr_fatal_openings *fatal;
    tr_restore_turn restore_turn;
    tr_tls *tls;      // NULL: plain HTTP
    unsigned tls_age; // looks since its files were looked at
    tr_auth_settings auth;
    tr_record_keys store_keys;
    tr_buf policy; // of pages; empty: the usual one
    char oauth_path[2 * TR_MOUNT_CAP_BYTES];
    // Core threads set up at the same time; all listen on the port that core 0 got.
    tr_lock lock;
    pthread_cond_t changed;
    bool has_port;
    bool is_portless; // it could not listen
    unsigned port;    // 0: a unix socket's
    // How far the drain is: cores that answered, and what keeps them: browsers, or handlers of
    // others. Relaxed: only counted.
    atomic_uint drained_cores;
    atomic_uint left;
    atomic_bool awaits_arrivals; // these are among them
    atomic_uint ready_cores;
    atomic_bool is_draining; // likewise
    atomic_bool has_broker;  // one has answered; relaxed: only looked at
};

// Runs it on every core thread, and waits until all have added to `drained_cores`.
void tr_process_on_cores(tr_process *self, void (*function)(tr_core *core, void *self));

void tr_process_pause_ms(long milliseconds);

#endif
