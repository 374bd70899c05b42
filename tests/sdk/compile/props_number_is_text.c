// says: 'double'
#include <troupe/troupe.h>

TR_ASYNC(grow)
{
    ui_set(ev, "box", ui_container_props(.width = "12"));
}
