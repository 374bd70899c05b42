#ifndef TR_HOST_OPTION_LISTEN_H
#define TR_HOST_OPTION_LISTEN_H

// Reads the settings that say where a process listens (host/options.def).
//
// Thread: any; pure.

#include "host/option_rows.h"

// Each takes a value over into the options, or returns TR_EINVALID.
int tr_option_read_host(tr_options *self, const tr_option_row *row, const char *text);
int tr_option_read_admin(tr_options *self, const tr_option_row *row, const char *text);
int tr_option_read_redirect(tr_options *self, const tr_option_row *row, const char *text);
int tr_option_read_mode(tr_options *self, const tr_option_row *row, const char *text);
int tr_option_read_owner(tr_options *self, const tr_option_row *row, const char *text);

// Do those that were read go together? A line in `error` if not.
int tr_option_listen_settle(tr_options *self, tr_buf *error) __attribute__((warn_unused_result));

// Of "unix:PATH" the path; NULL: it is the name or address of a machine.
const char *tr_host_unix_path(const char *host);

#endif
