// says: tr_handler
#include <troupe/troupe.h>

struct stepper {
    const char *key;
    int count;
};
TR_LAYOUT(struct stepper, key, count);

TR_ASYNC(build)
{
}

TR_COMPONENT(stepper, struct stepper, .build = build);
