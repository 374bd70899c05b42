// says: has no member named 'labl'|does not refer to any field
#include <troupe/troupe.h>

TR_ASYNC(sign_in)
{
    ui_set(ev, "submit", ui_filled_button_props(.labl = "Signing in"));
}
