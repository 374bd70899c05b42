// says: 'tr_rows_build' from incompatible|to parameter of type '
#include <troupe/troupe.h>

TR_ASYNC(work)
{
}

TR_ASYNC(begin)
{
    tr_rows_build(ev, work);
}
