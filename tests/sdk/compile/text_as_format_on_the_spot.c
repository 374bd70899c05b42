// says: format (not a string literal|string is not a string literal)
#include <troupe/troupe.h>

TR_ASYNC(show)
{
    ui_set_text(ev, "said", ui_format(tr_event_text(ev, "")));
}
