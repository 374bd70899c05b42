#ifndef TR_HOST_GIVEN_H
#define TR_HOST_GIVEN_H

// Settings as they are given, by the command line or the environment: each is read as its row says
// and remembered with where it came from.
//
// Thread: main. Owns: copies of texts that are not argv's or the environment's, until
// tr_options_done.

#include "host/option_rows.h"
#include "host/options.h"

// `value` and `source` are lent for the life of the options. TR_EINVALID and one clear line in
// `error`.
int tr_given_take(tr_options *self, unsigned id, const char *value, const char *source,
                  tr_buf *error) __attribute__((warn_unused_result));

// A copy that lives as long as the options.
const char *tr_given_keep(tr_options *self, const char *text);

// Appends the text as it can be shown: on one line, and nothing in it moves a terminal's cursor.
void tr_given_show(tr_buf *out, const char *text);

// Appends that the value is not valid and what is expected; returns TR_EINVALID.
int tr_given_complain(const char *source, const char *value, const tr_option_row *row,
                      tr_buf *error);

#endif
