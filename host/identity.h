#ifndef TR_HOST_IDENTITY_H
#define TR_HOST_IDENTITY_H

// What an app is to a cluster: brokers refuse processes of another one.
//
// Thread: any; pure.

#include <stdint.h>

#include "troupe/pages/app.h"
#include "wire/limits.h"

// The app's name, or, where it has none, the program's; cut to what fits.
void tr_identity_name(const tr_app *app, char out[TR_APP_NAME_CAP_BYTES]);

// Tells builds apart whose sessions have another state: of its version and layout.
uint64_t tr_identity_build(const tr_app *app);

#endif
