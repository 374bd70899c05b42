// says: 'tr_subscribe' from incompatible|to parameter of type 'const tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    tr_subscribe(ev, "news", work);
}
