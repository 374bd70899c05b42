// says: 'ui_load' from incompatible|to parameter of type 'const tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    ui_load(ev, "list", work);
}
