// says: 'tr_presence_list' from incompatible|to parameter of type '
#include <troupe/troupe.h>

TR_ASYNC(work)
{
}

TR_ASYNC(begin)
{
    tr_presence_list(ev, "room", work, NULL);
}
