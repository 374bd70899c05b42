// says: ui_border_value
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_container(.border = ui_padding(8));
}
