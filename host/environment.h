#ifndef TR_HOST_ENVIRONMENT_H
#define TR_HOST_ENVIRONMENT_H

// Settings from variables, from the files they name, and from the env file.
//
// Thread: main.

#include "host/options.h"

// Takes every setting that was not given yet and is not `skipped`; adds to the warnings what is
// named as if it were a setting and is none. TR_EINVALID and one clear line in `error`.
int tr_environment_read(tr_options *self, const bool skipped[TR_OPTION_COUNT], tr_buf *error)
    __attribute__((warn_unused_result));

#endif
