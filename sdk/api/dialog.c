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

int tr_confirm_with(tr_event *ev, const struct tr_confirm_args *args)
{
    TR_GIVEN(ev != NULL && args != NULL);
    ui_control *dialog = confirmation(args);
    if (ev->thread != NULL)
        return with_control(ev, TR_CHANGE_PROMPT, dialog);
    int result = tr_submit_take(ev, &dialog, 1);
    return result < 0 ? result : tr_prompt_ask(ev, dialog);
}
