// says: ui_navigation_bar takes ui_navigation_bar_destination, not ui_navigation_rail_destination: docs/reference/controls/navigation.md
// compilers: gcc
#include <troupe/troupe.h>

ui_control *build(void);
ui_control *build(void)
{
    return ui_navigation_bar(.destinations = UI_LIST(
                                 ui_navigation_rail_destination(.icon = "home", .label = "Home")));
}
