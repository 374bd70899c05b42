// says: has no member named 'colour'|does not refer to any field
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_text("Hi", .colour = "red");
}
