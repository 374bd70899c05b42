// says: TR_LAYOUT names every member, in order
#include <troupe/troupe.h>

struct counter {
    int count;
    int step;
};
TR_LAYOUT(struct counter, step, count);
