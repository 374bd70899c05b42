// says: the second of TR_STATE_SAVED is a function, void save.const void .state, tr_saver .out.: docs/howto/state.md
#include <troupe/troupe.h>

struct draft {
    char *title;
};

static void save(tr_saver *out, const struct draft *draft)
{
    tr_save_text(out, draft->title);
}

static int load(void *state, tr_loader *in)
{
    (void)state;
    (void)in;
    return 0;
}

tr_app app = {.name = "Draft", TR_STATE_SAVED(struct draft, save, load)};
