// The snippets of docs/howto/dialogs.md, compiled and run.

#include <check.h>
#include <stdio.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

// --- snippet confirm
TR_ASYNC(draft_delete)
{
    if (tr_confirm(ev, "Delete the draft?", .text = "It cannot be brought back.", .yes = "Delete",
                   .is_dangerous = true) != 1)
        return;
    ui_remove(ev, "draft");
    tr_snack(ev, "The draft is deleted");
}
// --- end

// --- snippet prompt
TR_ASYNC(draft_rename)
{
    char name[64];
    if (tr_prompt(ev, name, sizeof name, "Rename the draft", .label = "Name", .yes = "Rename",
                  .required = "A draft has a name") == 1)
        ui_set_text(ev, "draft", name);
}
// --- end

// --- snippet load
TR_SYNC(letters_load)
{
    FILE *file = fopen("/var/mail/letters", "r");
    if (file == NULL) {
        tr_fail(ev, "no letters: %m");
        return;
    }
    char line[256] = "";
    (void)!fgets(line, sizeof line, file);
    fclose(file);
    ui_set_children(ev, "letters", UI_LIST(ui_text(line)));
}

TR_ASYNC(letters_show)
{
    ui_load(ev, "letters", letters_load);
}
// --- end

// --- snippet own
TR_ASYNC(rename_save)
{
    char name[64];
    ui_get_text(ev, "new-name", "value", name, sizeof name);
    ui_set_text(ev, "name", name);
    tr_close_dialog(ev);
}

TR_ASYNC(rename_cancel)
{
    tr_close_dialog(ev);
}

TR_ASYNC(rename_ask)
{
    tr_show_dialog(
        ev, ui_alert_dialog(.title = "Rename", .modal = true,
                            .content = ui_text_field("Name", .key = "new-name", .autofocus = true,
                                                     .on_submit = rename_save),
                            .actions = UI_LIST(ui_text_button("Cancel", .on_click = rename_cancel),
                                               ui_filled_button("Save", .on_click = rename_save))));
}
// --- end

// --- snippet date
TR_ASYNC(due_chosen)
{
    const char *date = tr_event_date(ev);
    ui_set_textf(ev, "due", "Due %.10s", date != NULL ? date : "some day");
}

TR_ASYNC(due_ask)
{
    tr_show_dialog(ev, ui_date_picker(.key = "picker", .first_date = "2026-01-01",
                                      .last_date = "2026-12-31", .on_change = due_chosen));
}
// --- end

// --- snippet banner
TR_ASYNC(offline_retry)
{
    tr_close_dialog(ev);
}

TR_ASYNC(offline_show)
{
    tr_show_dialog(
        ev, ui_banner(.leading = "warning", .content = "The printer does not answer",
                      .actions = UI_LIST(ui_text_button("Retry", .on_click = offline_retry))));
    tr_add_overlay(ev, ui_container(ui_text("draft", .color = "onprimary"), .key = "stamp",
                                    .right = 16, .bottom = 16, .padding = ui_padding(8),
                                    .bgcolor = "primary", .border_radius = ui_radius(8)));
}
// --- end

static void build(tr_page *page)
{
    ui_add(page, ui_text("My draft", .key = "draft"));
    ui_add(page, ui_text("", .key = "name"));
    ui_add(page, ui_text("", .key = "due"));
    ui_add(page, ui_column(.key = "letters"));
    ui_add(page, ui_row(UI(ui_button("delete", .on_click = draft_delete),
                           ui_button("rename", .on_click = rename_ask),
                           ui_button("draft", .on_click = draft_rename),
                           ui_button("letters", .on_click = letters_show),
                           ui_button("when", .on_click = due_ask),
                           ui_button("print", .on_click = offline_show))));
}

static const tr_app app = {.name = "Dialogs", .build = build};

START_TEST(the_snippets_do_what_the_page_says)
{
    tr_test_page *page = tr_test_open(&app, NULL);
    tr_test_click(page, .text = "draft");
    tr_test_type(page, "My second draft", .text = "Name");
    tr_test_click(page, .text = "Rename");
    tr_test_expect(page, .key = "draft", .text = "My second draft");
    tr_test_click(page, .text = "letters");
    tr_test_expect(page, .text = "This could not be loaded.");
    tr_test_click(page, .text = "delete");
    tr_test_click(page, .text = "Delete");
    tr_test_expect_none(page, .key = "draft");
    tr_test_expect(page, .text = "The draft is deleted");
    tr_test_click(page, .text = "rename");
    tr_test_type(page, "Ada", .key = "new-name");
    tr_test_click(page, .text = "Save");
    tr_test_expect(page, .key = "name", .text = "Ada");
    tr_test_expect_none(page, .text = "Rename");
    tr_test_click(page, .text = "print");
    tr_test_expect(page, .text = "The printer does not answer");
    tr_test_click(page, .text = "Retry");
    tr_test_expect_none(page, .text = "The printer does not answer");
    tr_test_click(page, .text = "when");
    tr_test_expect(page, .key = "picker");
    tr_test_close(&page);
}
END_TEST

Suite *howto_dialogs_suite(void);
Suite *howto_dialogs_suite(void)
{
    Suite *suite = suite_create("howto/dialogs");
    TCase *tests = tcase_create("dialogs");
    tcase_add_test(tests, the_snippets_do_what_the_page_says);
    suite_add_tcase(suite, tests);
    return suite;
}
