#ifndef TROUPE_FORM_H
#define TROUPE_FORM_H

// Forms: controls that are bound to members of the session's state, with rules for what may be
// entered.
//
//     struct order {
//         char name[80];
//         int count;
//         bool is_gift;
//         ui_form_status status;
//     };
//     TR_LAYOUT(struct order, name, count, is_gift, (status, ui_form_status));
//
//     TR_DECLARE(order_send);
//     UI_FORM(order_form, struct order, status, order_send,
//             UI_FIELD(name, .required = "Please tell us your name"),
//             UI_FIELD(count, .least = 1, .most = 10),
//             UI_FIELD(is_gift));
//
//     TR_ASYNC(order_send) // once all that was entered is right
//     {
//         const struct order *order = tr_state(ev);
//         ui_set_textf(ev, "status", "Thank you, %s!", order->name);
//     }
//     ...
//     ui_add(page, ui_bound(page, order_form, name, ui_text_field("Name", .autofocus = true)));
//     ui_add(page, ui_bound(page, order_form, count, ui_text_field("How many?")));
//     ui_add(page, ui_bound(page, order_form, is_gift, ui_checkbox(.label = "It is a gift")));
//     ui_add(page, ui_form_button(page, order_form, ui_filled_button("Order")));
//
// What is entered goes into the member with each change, so that the state has it however a page is
// left, moved or restored. The button, and Enter in a text field, check all fields: each that is
// wrong says why, the first one gets the focus, and the handler does not run. Typing takes the
// error away. While the handler runs (it may be a TR_SYNC one) the button is disabled, and what
// would send the form again does nothing.
//
// With views that are built again (tr_app.rebuilds) errors and the button are part of what is
// built: they come from the status.
//
// Thread: as troupe/pages/page.h. In a sync handler these calls lend it the state (tr_state).

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"
#include "troupe/pages/layout.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define UI_FORM_FIELDS_CAP 32u
#define UI_FORM_TEXT_CAP_BYTES 4096u // of a member: a text with its closing zero byte

// How a form stands: a member of the state, zeroed at first. Read it; the form writes it.
typedef struct ui_form_status {
    bool is_dirty;    // something was changed since it was shown or sent
    bool is_sent;     // the handler ran, and found nothing wrong
    uint32_t wrong;   // a bit for each field that shows an error
    uint32_t said_of; // the number of the field, from 1, that `said` is about; 0: none
    uint64_t sending; // the call that sends it
    char said[120];   // by ui_form_error
} ui_form_status;
TR_LAYOUT(ui_form_status, is_dirty, is_sent, wrong, said_of, sending, said);

// A member and its rules. Members may be texts (arrays of char), numbers, enumerations and flags
// (bool). A number takes what is a number of its type, whole ones up to 2 to the power of 53.
typedef struct ui_field {
    const char *member; // its name, and its control's key
    uint32_t offset, size;
    char kind;            // of troupe/pages/layout.h
    const char *required; // what is said when a text is empty, or a flag not set; NULL: it may be
    double least TR_OR_(NAN), most TR_OR_(NAN); // of a number
    const char *error; // said of a number that is none or out of range; NULL: which one is wanted
    // Looks at what was entered, as text, when all else is right: NULL, or what is wrong with it,
    // in a text that lasts (a literal, ui_format).
    const char *(*check)(const char *text);
    const tr_handler *on_change; // started after the member has changed
    int unused_;
} ui_field;

typedef struct ui_form {
    const char *name; // unique in the program
    uint32_t state_size, status;
    const tr_handler *send;
    const ui_field *fields;
    uint32_t field_count;
} ui_form;

// A form of the state struct `type`: the member that is its status, the handler that it is sent
// with, and up to 32 UI_FIELD. Members may lie deeper (`order.name`, and `order.status`), so that a
// state has several forms. At the top of a file.
#define UI_FORM(form_, type, status_, send_, ...)                                                  \
    TR_CHECKED_FROM_HERE_                                                                          \
    typedef type form_##_of;                                                                       \
    TR_ASSERT_(TR_SAME_(TR_TYPE_(TR_AT_(type, status_)), ui_form_status),                          \
               "the third of UI_FORM is a member of type ui_form_status: docs/howto/forms.md");    \
    TR_MEMBERS_(UI_FIELD_CHECK_, form_, type, __VA_ARGS__)                                         \
    static const ui_field form_##_fields[] = {                                                     \
        TR_MEMBERS_(UI_FIELD_ROW_, form_, type, __VA_ARGS__)};                                     \
    static const ui_form form_[1]                                                                  \
        __attribute__((section("tr_forms"), used, aligned(__alignof__(ui_form)))) = {              \
            {.name = #form_,                                                                       \
             .state_size = sizeof(type),                                                           \
             .status = offsetof(type, status_),                                                    \
             .send = (send_),                                                                      \
             .fields = form_##_fields,                                                             \
             .field_count = sizeof form_##_fields / sizeof *form_##_fields}};                      \
    TR_CHECKED_TO_HERE_

// The member, then its rules: members of ui_field from `required` on.
#define UI_FIELD(...) (__VA_ARGS__, .unused_ = 0)

// The control, bound to the member: it gets the member's name as its key, its value, what it hears,
// and its error. A text field, dropdown or radio group takes texts and numbers; a slider numbers; a
// checkbox or switch flags. One that has no place for an error comes back in a column with a text
// below it, if the member has rules. Returns the control that is to be added; NULL for NULL.
#define ui_bound(page, form, member, ...)                                                          \
    ui_form_bind((page), (form), offsetof(form##_of, member), (__VA_ARGS__))

// The button that sends the form: its key is "FORM.send".
ui_control *ui_form_button(tr_page *page, const ui_form *form, ui_control *button);

// A control (a progress ring) that is visible while the form is sent: its key is "FORM.busy".
ui_control *ui_form_busy(tr_page *page, const ui_form *form, ui_control *control);

// In the handler that the form is sent with: what was entered is wrong all the same ("That name is
// taken", at most 119 bytes). The field says so and gets the focus; the form stays dirty, and is not
// sent. 0; TR_ENOTFOUND (no field of the form), and what tr_state says by NULL (TR_EGONE).
#define ui_form_error(ev, form, member, text)                                                      \
    ui_form_say((ev), (form), offsetof(form##_of, member), (text))

// The members have been set by other means: the controls show what they hold, without errors, and
// the form is neither dirty nor sent.
int ui_form_show(tr_page *page, const ui_form *form);

// -- behind the macros --

ui_control *ui_form_bind(tr_page *page, const ui_form *form, size_t offset, ui_control *control);
int ui_form_say(tr_event *ev, const ui_form *form, size_t offset, const char *text);

#define UI_FIELD_CHECK_(form_, type, name, ...)                                                    \
    TR_ASSERT_(TR_KIND_OF_(TR_AT_(type, name)) != 's' && TR_KIND_OF_(TR_AT_(type, name)) != 'p' && \
                   TR_KIND_OF_(TR_AT_(type, name)) != 'e',                                         \
               "a field is a text, a number or a flag: docs/howto/forms.md");                      \
    TR_ASSERT_(TR_KIND_OF_(TR_AT_(type, name)) == 'c' ||                                           \
                   sizeof TR_AT_(type, name) == UI_FIELD_SIZE_(TR_KIND_OF_(TR_AT_(type, name))),   \
               "a field is one number, no array: docs/howto/forms.md");                            \
    TR_ASSERT_(sizeof TR_AT_(type, name) <= UI_FORM_TEXT_CAP_BYTES,                                \
               "the text is too long: docs/howto/forms.md");
#define UI_FIELD_SIZE_(kind)                                                                       \
    ((kind) == 'b' || (kind) == 'a' || (kind) == 'h'   ? 1                                         \
     : (kind) == 'n' || (kind) == 'o'                  ? 2                                         \
     : (kind) == 'i' || (kind) == 'j' || (kind) == 'f' ? 4                                         \
                                                       : 8)
#define UI_FIELD_ROW_(form_, type, name, ...)                                                      \
    {.member = #name,                                                                              \
     .offset = offsetof(type, name),                                                               \
     .size = sizeof TR_AT_(type, name),                                                            \
     .kind = TR_KIND_OF_(TR_AT_(type, name)),                                                      \
     TR_UNSET_(.least = NAN, .most = NAN, ) __VA_ARGS__},

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
