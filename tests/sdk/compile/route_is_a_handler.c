// says: TR_ROUTE takes a function that makes a view, no handler: static ui_control .NAME.tr_event .ev.; docs/howto/routes.md
#include <troupe/troupe.h>

TR_ASYNC(home)
{
    ui_add(ev, ui_text("Home"));
}

tr_app app = {.name = "Pages", TR_ROUTES(TR_ROUTE("/", home))};
