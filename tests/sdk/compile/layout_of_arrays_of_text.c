// says: write .people, char., as it is an array of arrays of char: docs/howto/state.md
#include <troupe/troupe.h>

struct list {
    char people[12][32];
    int count;
};
TR_LAYOUT(struct list, people, count);
