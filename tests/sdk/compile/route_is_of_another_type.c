// says: TR_ROUTE takes a function that makes a view
#include <troupe/troupe.h>

static void home(tr_page *page)
{
    ui_add(page, ui_text("Home"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Pages", TR_ROUTES(TR_ROUTE("/", home))});
}
