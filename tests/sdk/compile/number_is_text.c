// says: 'double'
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_column(.spacing = "12");
}
