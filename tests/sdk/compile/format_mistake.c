// says: %d.*argument|specifies type 'int'
// flags: -Wno-format
#include <troupe/troupe.h>

TR_ASYNC(count)
{
    ui_set_textf(ev, "count", "%d", "three");
}
