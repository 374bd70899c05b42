// says: tr_handler
#include <troupe/troupe.h>

TR_ASYNC(build)
{
    ui_add(ev, ui_text("Home"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Pages", .build = build});
}
