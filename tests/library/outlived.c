// What an argument points to that is gone, and a list without its end: mistakes that only AddressSanitizer knows
// of, which `troupe dev` compiles with. A handler for each; the library is not compiled so.

#include <stdio.h>
#include <stdlib.h>
#include <troupe/test.h>
#include <troupe/troupe.h>

TR_ASYNC(no_end)
{
    ui_set_children(ev, "list", (ui_control *[]){ui_text("a"), ui_text("b")});
}

TR_ASYNC(no_end_within)
{
    ui_add_to(ev, "list", ui_row(.controls = (ui_control *[]){ui_text("a"), ui_text("b")}));
}

TR_ASYNC(list_of_a_block)
{
    ui_control **list;
    {
        list = UI_LIST(ui_text("a"));
    }
    ui_set_children(ev, "list", list);
}

TR_ASYNC(value_of_a_block)
{
    const ui_padding_value *padding;
    {
        padding = ui_padding(8);
    }
    ui_add_to(ev, "list", ui_container(.padding = padding));
}

TR_ASYNC(freed)
{
    char *text = malloc(20);
    snprintf(text, 20, "freed");
    free(text);
    ui_add_to(ev, "list", ui_text(text));
}

TR_SYNC(fine)
{
    ui_set_children(ev, "list",
                    UI_LIST(ui_text("all is well"), ui_container(.padding = ui_padding(8))));
}

#define BUTTON(handler) ui_button(#handler, .on_click = handler)

static void build(tr_page *page)
{
    ui_add(page, ui_column(.key = "list"));
    ui_add(page, ui_column(UI(BUTTON(no_end), BUTTON(no_end_within), BUTTON(list_of_a_block),
                              BUTTON(value_of_a_block), BUTTON(freed), BUTTON(fine))));
}

int main(int argc, char **argv)
{
    const tr_app app = {.name = "Outlived", .build = build};
    tr_test_page *page = tr_test_open(&app, NULL);
    tr_test_click(page, .text = "fine");
    tr_test_expect(page, .text = "all is well");
    for (int i = 1; i < argc; i += 2) {
        tr_test_click(page, .text = argv[i]);
        tr_test_expect_log(page, argv[i + 1]);
    }
    tr_test_click(page, .text = "fine");
    tr_test_expect(page, .text = "all is well");
    tr_test_close(&page);
    return 0;
}
