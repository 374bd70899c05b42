// says: tr_ev_tab
#include <troupe/troupe.h>

TR_ASYNC(tapped)
{
    (void)TR_EVENT(ev, tab);
}
