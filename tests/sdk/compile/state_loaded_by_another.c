// says: the third of TR_STATE_SAVED is a function, int load.void .state, tr_loader .in.: docs/howto/state.md
#include <troupe/troupe.h>

struct draft {
    char *title;
};

static void save(const void *state, tr_saver *out)
{
    tr_save_text(out, ((const struct draft *)state)->title);
}

tr_app app = {.name = "Draft", TR_STATE_SAVED(struct draft, save, save)};
