#include <troupe/troupe.h>

TR_ASYNC(paste)
{
    const char *text = NULL;
    if (ui_clipboard_get(ev, &text) == 0 && text != NULL)
        ui_set_text(ev, "pasted", text);
    else
        tr_snack(ev, "The clipboard cannot be read. %s", tr_call_error(ev));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "pasted"));
    ui_add(page, ui_button("Paste", .on_click = paste));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Methods", .build = build});
}
