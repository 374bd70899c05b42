// says: tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    tr_pick_upload(ev, .on_upload = work);
}
