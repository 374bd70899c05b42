// says: format (not a string literal|string is not a string literal)
#include <troupe/troupe.h>

TR_ASYNC(show)
{
    tr_fail(ev, tr_event_text(ev, ""), 1);
}
