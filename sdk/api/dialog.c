// The functions of troupe/pages/dialog.h.

#include "troupe/pages/dialog.h"
#include "base/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/prompts.h"
#include "troupe/controls/methods.h"
#include "troupe/pages/page.h"
#include "troupe/pages/state.h"

static int with_control(tr_event *ev, enum tr_change_what what, ui_control *control)
{
    if (control == NULL)
        return tr_misuse_refuse(TR_EINVALID, "there is no dialog: NULL");
    int result = tr_submit_take(ev, &control, 1);
    if (result < 0)
        return result;
    tr_change change = {.what = what, .is_page = true, .nodes = &control, .node_count = 1};
    return tr_submit(ev, &change, NULL);
}

int tr_show_dialog(tr_event *ev, ui_control *dialog)
{
    return with_control(ev, TR_CHANGE_SHOW_DIALOG, dialog);
}

int tr_close_dialog(tr_event *ev)
{
    tr_change change = {.what = TR_CHANGE_CLOSE_DIALOG, .is_page = true};
    return tr_submit(ev, &change, NULL);
}

int tr_add_overlay(tr_event *ev, ui_control *control)
{
    return with_control(ev, TR_CHANGE_ADD_OVERLAY, control);
}

int(tr_snack)(tr_event *ev, const char *format, ...)
{
    TR_GIVEN(ev != NULL && format != NULL);
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = tr_format_list(NULL, 0, format, args);
    va_end(args);
    char *text = length >= 0 ? tr_alloc((size_t)length + 1) : NULL;
    if (text != NULL)
        tr_format_list(text, (size_t)length + 1, format, again);
    va_end(again);
    if (text == NULL)
        return TR_EINVALID;
    int result = tr_show_dialog(ev, ui_snack_bar(text));
    tr_free(text);
    return result;
}

// -- questions --

TR_ASYNC(tr_confirm_yes)
{
    tr_prompt_answer(ev->session, ev->target, 1);
}

TR_ASYNC(tr_confirm_no)
{
    tr_prompt_answer(ev->session, ev->target, 0);
}

static ui_control *confirmation(const struct tr_confirm_args *args)
{
    const char *yes = args->yes != NULL ? args->yes : "OK";
    const char *no = args->no != NULL ? args->no : "Cancel";
    // The harmless one is first: it is what the browser gives the focus.
    return ui_alert_dialog(.title = args->title,
                           .content = args->text != NULL ? ui_text(args->text) : NULL,
                           .actions = UI_LIST(
                               ui_text_button(no, .on_click = tr_confirm_no),
                               args->is_dangerous
                                   ? ui_text_button(yes, .on_click = tr_confirm_yes,
                                                    .style = ui_button_style(.color = "error"))
                                   : ui_text_button(yes, .on_click = tr_confirm_yes)),
                           .on_dismiss = tr_confirm_no);
}

// Shows the dialog, and waits for one of its buttons.
static int ask(tr_event *ev, ui_control *dialog)
{
    if (ev->thread != NULL)
        return with_control(ev, TR_CHANGE_PROMPT, dialog);
    int result = tr_submit_take(ev, &dialog, 1);
    return result < 0 ? result : tr_prompt_ask(ev, dialog);
}

int tr_confirm_with(tr_event *ev, const struct tr_confirm_args *args)
{
    TR_GIVEN(ev != NULL && args != NULL);
    return ask(ev, confirmation(args));
}

// -- a line of text --

enum { PROMPT_TEXT_CAP = 4096 };

typedef struct prompt_field {
    char key[40]; // of the field, and of the session's value that the text is handed over in
    char required[120];
} prompt_field;

TR_ASYNC(tr_prompt_yes)
{
    const prompt_field *field = TR_PAYLOAD(ev, prompt_field);
    char text[PROMPT_TEXT_CAP];
    if (field == NULL)
        return;
    ui_get_text(ev, field->key, "value", text, sizeof text);
    if (text[0] == '\0' && field->required[0] != '\0') {
        (void)ui_set_string(ev, field->key, "error", field->required);
        (void)ui_focus(ev, field->key);
        return;
    }
    (void)tr_session_set_text(ev, field->key, text);
    tr_prompt_answer(ev->session, ev->target, 1);
}

static ui_control *text_dialog(const struct tr_prompt_args *args, const prompt_field *field)
{
    const char *yes = args->yes != NULL ? args->yes : "OK";
    const char *no = args->no != NULL ? args->no : "Cancel";
    return ui_alert_dialog(.title = args->title,
                           .content =
                               ui_text_field(args->label, .key = field->key, .value = args->value,
                                             .password = args->is_password, .autofocus = true,
                                             .on_submit = UI_CALL(tr_prompt_yes, field)),
                           .actions = UI_LIST(
                               ui_text_button(no, .on_click = tr_confirm_no),
                               ui_filled_button(yes, .on_click = UI_CALL(tr_prompt_yes, field))),
                           .on_dismiss = tr_confirm_no);
}

int tr_prompt_with(tr_event *ev, char *out, size_t size, const struct tr_prompt_args *args)
{
    TR_GIVEN(ev != NULL && args != NULL && out != NULL && size != 0);
    prompt_field field = {.key = ""};
    tr_format(field.key, sizeof field.key, "tr.prompt.%llu", (unsigned long long)ev->number);
    tr_format(field.required, sizeof field.required, "%s",
              args->required != NULL ? args->required : "");
    out[0] = '\0';
    int result = ask(ev, text_dialog(args, &field));
    if (result == 1) {
        (void)tr_session_get_text(ev, field.key, out, size);
        (void)tr_session_remove(ev, field.key);
    }
    return result;
}
