// says: tr_handler
#include <troupe/troupe.h>

static void tick(tr_event *ev)
{
    (void)ev;
}

ui_control *build(unsigned id);
ui_control *build(unsigned id)
{
    return ui_button("Go", .on_click = UI_CALL(tick, &id));
}
