// says: 'const char \*'
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_text("Hi", .color = 7);
}
