// says: ui_buton
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_column(UI(ui_buton("Go")));
}
