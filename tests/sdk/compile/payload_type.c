// says: 'const float \*'|int \*
#include <troupe/troupe.h>

TR_ASYNC(tick)
{
    const int *id = TR_PAYLOAD(ev, float);
    ui_set_number(ev, "id", "value", *id);
}
