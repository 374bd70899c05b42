// says: 'tr_presence_watch' from incompatible|to parameter of type 'const tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    tr_presence_watch(ev, "room", work);
}
