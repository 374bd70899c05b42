// says: too many arguments to function
#include <troupe/troupe.h>

TR_ASYNC(count)
{
    ui_set_text(ev, "count", "%d", 3);
}
