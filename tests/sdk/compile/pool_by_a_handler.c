// says: 'tr_wait_pool' from incompatible|to parameter of type '
#include <troupe/troupe.h>

TR_ASYNC(work)
{
}

TR_ASYNC(begin)
{
    tr_wait_pool(ev, work, NULL, 0, 0, NULL, NULL);
}
