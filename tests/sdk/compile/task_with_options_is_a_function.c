// says: tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    tr_run_task(ev, work, .until = TR_UNTIL_PAGE);
}
