// says: unary '\*'|indirection requires pointer
#include <troupe/troupe.h>

TR_ASYNC(tick)
{
}

ui_control *build(unsigned id);
ui_control *build(unsigned id)
{
    return ui_button("Go", .on_click = UI_CALL(tick, id));
}
