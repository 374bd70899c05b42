#ifndef TR_HOST_SITE_FIND_H
#define TR_HOST_SITE_FIND_H

// The site that a process serves, from its options; finds where Flet's client was put.
//
// Thread: main.

#include "base/buf.h"
#include "gateway/site.h"
#include "host/options.h"
#include "troupe/pages/app.h"

// NULL in `out` for a process that is no gateway. TR_ENOTFOUND, TR_EFULL or TR_ESYSTEM with one
// clear line in `error`, which for a client that was not fetched says how to.
int tr_site_find(const tr_app *app, const tr_options *options, tr_site **out, tr_buf *error)
    __attribute__((warn_unused_result));

#endif
