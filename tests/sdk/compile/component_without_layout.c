// says: tr_layout_of_stepper
#include <troupe/troupe.h>

struct stepper {
    const char *key;
    int count;
};

TR_COMPONENT(stepper, struct stepper, .version = 1);
