// says: tr_handler
#include <troupe/troupe.h>

static void clicked(tr_event *ev)
{
    (void)ev;
}

ui_control *build(void);
ui_control *build(void)
{
    return ui_button("Go", .on_click = clicked);
}
