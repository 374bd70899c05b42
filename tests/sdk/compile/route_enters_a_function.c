// says: tr_handler
#include <troupe/troupe.h>

static ui_control *home(tr_event *ev)
{
    (void)ev;
    return ui_text("Home");
}

static void entered(tr_event *ev)
{
    (void)ev;
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Pages", TR_ROUTES(TR_ROUTE("/", home, .on_enter = entered))});
}
