// says: no member named 'position'
#include <troupe/troupe.h>

TR_ASYNC(tapped)
{
    const tr_ev_tap *tap = TR_EVENT(ev, tap);
    (void)tap->position;
}
