// says: pass the address: UI_CALL.handler, &value., UI_PAYLOAD.&value.
#include <troupe/troupe.h>

TR_ASYNC(tick)
{
}

ui_control *build(unsigned id);
ui_control *build(unsigned id)
{
    return ui_button("Go", .on_click = UI_CALL(tick, id));
}
