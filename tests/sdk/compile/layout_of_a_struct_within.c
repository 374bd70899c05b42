// says: write .items, struct of_that.: docs/howto/state.md
#include <troupe/troupe.h>

struct item {
    int id;
};
TR_LAYOUT(struct item, id);

struct list {
    struct item items[3];
};
TR_LAYOUT(struct list, items);
