// says: 'ui_on' from incompatible|to parameter of type 'const tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    ui_on(ev, NULL, "resize", work);
}
