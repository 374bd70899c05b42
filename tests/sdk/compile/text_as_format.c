// says: format (not a string literal|string is not a string literal)
// flags: -Wno-format -Wno-format-security
#include <troupe/troupe.h>

TR_ASYNC(show)
{
    tr_snack(ev, tr_event_text(ev, ""));
}
