// says: has no member named 'speed'|does not refer to any field
#include <troupe/troupe.h>

TR_ASYNC(scroll)
{
    ui_scroll_to(ev, "list", .speed = 3);
}
