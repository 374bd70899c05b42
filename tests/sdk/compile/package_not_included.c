// says: .ui_video.|ui_video|expected expression
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_video(.autoplay = true);
}
