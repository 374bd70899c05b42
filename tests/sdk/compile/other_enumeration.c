// says: enum ui_font_weight
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_text("Hi", .text_align = UI_FONT_WEIGHT_BOLD);
}
