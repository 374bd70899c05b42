#ifndef TR_HOST_START_CHECK_H
#define TR_HOST_START_CHECK_H

// Looks for obstacles to a start before anything is started, so that one line can say how to remove
// them: addresses that cannot be bound, folders that cannot be read, too few file descriptors.
// Somebody else may still take an address between this look and the real start.
//
// Thread: main.

#include "base/buf.h"
#include "host/options.h"
#include "troupe/pages/app.h"

// TR_EINVALID and one clear line in `error`. Finds out the identity of the store.
int tr_start_check(tr_options *options, tr_buf *error) __attribute__((warn_unused_result));

// The same for what the app needs of the settings.
int tr_start_check_app(const tr_app *app, const tr_options *options, tr_buf *error)
    __attribute__((warn_unused_result));

// The same for certificates and keys, which a process with a gateway and TLS reads.
int tr_start_check_tls(const tr_options *options, tr_buf *error)
    __attribute__((warn_unused_result));

// File descriptors that a process with so many core threads and such pools needs before anybody
// connects.
unsigned tr_start_descriptors(unsigned threads, const tr_pool_options *pool);

#endif
