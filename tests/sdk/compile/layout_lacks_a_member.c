// says: TR_LAYOUT names every member, in order.*docs/howto/state.md
#include <troupe/troupe.h>

struct counter {
    int count;
    int step;
};
TR_LAYOUT(struct counter, count);
