// Things that only the browser can do: focus, scroll, clipboard, storage, another page, files.

#include <troupe/troupe.h>

TR_ASYNC(to_the_end)
{
    ui_scroll_to(ev, "list", .offset = -1, .duration = 300);
    ui_focus(ev, "field");
}

TR_ASYNC(copy)
{
    char text[200];
    ui_get_text(ev, "field", "value", text, sizeof text);
    int result = ui_clipboard_set(ev, .value = text);
    if (result == TR_EREFUSED)
        tr_snack(ev, "The browser would not: %s", tr_call_error(ev));
    else if (result < 0)
        tr_snack(ev, "%s", tr_err_text(result));
}

TR_ASYNC(remember)
{
    char text[200];
    ui_get_text(ev, "field", "value", text, sizeof text);
    (void)ui_shared_preferences_set(ev, NULL, "example.text", .value = text);
}

TR_ASYNC(recall)
{
    const ui_any *kept = NULL;
    if (ui_shared_preferences_get(ev, &kept, "example.text") == 0 && kept != NULL &&
        kept->kind == UI_ANY_TEXT)
        ui_set_text(ev, "field", kept->text);
}

TR_ASYNC(open_site)
{
    (void)ui_launch_url(ev, "https://example.org");
}

TR_ASYNC(choose)
{
    const ui_file_picker_file_data *const *files = NULL;
    if (ui_pick_files(ev, &files, .allow_multiple = true) < 0 || files == NULL)
        return;
    for (; *files != NULL; files++)
        ui_add_to(ev, "list",
                  ui_text(ui_format("%s, %lld bytes", (*files)->name, (long long)(*files)->size)));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Text", .key = "field"));
    ui_add(page, ui_row(.wrap = true, UI(ui_button("To the end", .on_click = to_the_end),
                                         ui_button("Copy", .on_click = copy),
                                         ui_button("Remember", .on_click = remember),
                                         ui_button("Open a site", .on_click = open_site),
                                         ui_button("Choose files", .on_click = choose))));
    ui_add(page, ui_column(.key = "list", .expand = 1, .scroll = UI_SCROLL_MODE_AUTO));
    tr_start(page, recall);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Browser", .build = build});
}
