#include <troupe/troupe.h>

static void build(tr_page *page)
{
    ui_add(page, ui_text("Hello ASGI!"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Hello", .build = build});
}
