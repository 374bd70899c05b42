// says: a pointer means nothing in another process
#include <troupe/troupe.h>

struct draft {
    char *title;
};
TR_LAYOUT(struct draft, title);
