#ifndef TR_TESTS_SDK_SESSION_KEPT_STATE_H
#define TR_TESTS_SDK_SESSION_KEPT_STATE_H

// A state struct with a pointer, and how it is saved: of the app whose sessions the test of
// session_file.c writes down. They are the fuzzer's corpus, so it reads them as the same.

#include <stdlib.h>
#include <string.h>

#include "troupe/troupe.h"

struct kept {
    int count;
    char *name;
};

static inline void kept_save(const void *state, tr_saver *out)
{
    const struct kept *self = state;
    tr_save_integer(out, self->count);
    tr_save_text(out, self->name);
}

static inline int kept_load(void *state, tr_loader *in)
{
    struct kept *self = state;
    size_t size;
    self->count = (int)tr_load_integer(in);
    const char *name = tr_load_text(in, &size);
    self->name = name != NULL ? strndup(name, size) : NULL;
    return 0;
}

static inline void kept_done(void *state)
{
    free(((struct kept *)state)->name);
}

#endif
