// says: no member named
#include <troupe/troupe.h>

struct counter {
    int count;
};
TR_LAYOUT(struct counter, count, step);
