// says: tr_layout_of_counter
#include <troupe/troupe.h>

struct counter {
    int count;
};

tr_app app = {.name = "Counter", TR_STATE(struct counter)};
