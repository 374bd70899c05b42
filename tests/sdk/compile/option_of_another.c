// says: ui_dropdown takes ui_dropdown_option, not ui_option: docs/reference/controls/input.md
// compilers: gcc
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_column(UI(ui_dropdown(.key = "rate", .options = UI_LIST(ui_option(.key = "1")))));
}
