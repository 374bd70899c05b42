// says: 'ui_set' from incompatible|to parameter of type 'const int \*'
#include <troupe/troupe.h>

TR_ASYNC(sign_in)
{
    ui_set(ev, "submit", ui_filled_button("Signing in"));
}
