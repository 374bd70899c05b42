// says: a pointer means nothing in another process.*docs/howto/state.md
#include <troupe/troupe.h>

struct draft {
    char *lines[8];
};
TR_LAYOUT(struct draft, lines);
