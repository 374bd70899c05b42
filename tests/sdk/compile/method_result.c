// says: const char \*\*
#include <troupe/troupe.h>

TR_ASYNC(paste)
{
    char text[100];
    ui_clipboard_get(ev, text);
}
