#ifndef TROUPE_DIALOG_H
#define TROUPE_DIALOG_H

// Layers above the page: dialogs, bottom sheets, banners, snack bars, date and time pickers. They
// lie on each other in the order in which they were shown.
//
//     TR_ASYNC(delete_note)
//     {
//         if (tr_confirm(ev, "Delete this note?", .text = "It cannot be brought back.",
//                        .yes = "Delete", .is_dangerous = true) != 1)
//             return;
//         ...
//         tr_snack(ev, "Deleted");
//     }
//
// One that is closed, by the app or by the user, plays its closing in the browser, then its
// on_dismiss runs and it is gone.
//
// Thread: a handler's. Codes as in troupe/pages/page.h.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// Shows a control made for it: ui_alert_dialog, ui_bottom_sheet, ui_banner, ui_snack_bar,
// ui_date_picker … TR_EWRONGTYPE for any other.
int tr_show_dialog(tr_event *ev, ui_control *dialog);

// Closes the topmost one that is open; snack bars and banners count. TR_ENOTFOUND. A certain one,
// by its key: ui_set_bool(ev, "key", "open", false).
int tr_close_dialog(tr_event *ev);

// A line at the bottom of the page for four seconds, printf-style; further ones wait for their
// turn.
int tr_snack(tr_event *ev, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define tr_snack(...) TR_FORMATTED_(tr_snack(__VA_ARGS__))

// Puts a control above all views, in a stack of its own (`.left`, `.top` … place it); it goes with
// ui_remove.
int tr_add_overlay(tr_event *ev, ui_control *control);

struct tr_confirm_args {
    const char *title;
    const char *text; // below it
    const char *yes;  // the buttons' labels; NULL: "OK" and "Cancel"
    const char *no;
    bool is_dangerous; // the yes button warns
};

// Asks and waits for the answer, in async handlers without holding up anybody, in sync handlers on
// their thread and within their time limit. 1: yes. 0: no, or closed in another way. TR_ECANCELLED,
// TR_EGONE: the page went away; TR_ETIMEOUT.
#define tr_confirm(ev, ...)                                                                        \
    tr_confirm_with((ev), &TR_GIVEN_(struct tr_confirm_args, .title = __VA_ARGS__))
int tr_confirm_with(tr_event *ev, const struct tr_confirm_args *args);

struct tr_prompt_args {
    const char *title;
    const char *label; // of the field
    const char *value; // that stands in it at first
    const char *yes;   // the buttons' labels; NULL: "OK" and "Cancel"
    const char *no;
    const char
        *required; // what is said when nothing was typed (at most 119 bytes); NULL: it may be
    bool is_password;
};

// Asks for a line of text, at most 4 095 bytes, and waits for it as tr_confirm does. 1: it is in
// `out`, cut to `size` bytes and terminated; Enter counts as yes. 0: no, or closed in another way;
// `out` is "". Codes as of tr_confirm.
//
//     char name[64];
//     if (tr_prompt(ev, name, sizeof name, "Rename", .label = "Name", .value = note->name,
//                   .required = "A note has a name") == 1)
#define tr_prompt(ev, out, size, ...)                                                              \
    tr_prompt_with((ev), (out), (size), &TR_GIVEN_(struct tr_prompt_args, .title = __VA_ARGS__))
int tr_prompt_with(tr_event *ev, char *out, size_t size, const struct tr_prompt_args *args);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
