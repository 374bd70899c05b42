#ifndef TROUPE_CONTROLS_H
#define TROUPE_CONTROLS_H

// Controls: the parts of a page. Every control of Flet has a constructor of the same name, and
// every property of it is a named argument:
//
//     ui_column(.spacing = 12, UI(
//         ui_text("Name", .size = 20, .weight = UI_FONT_WEIGHT_BOLD),
//         ui_text_field("Your name", .key = "name", .on_submit = save),
//         ui_container(ui_icon("add"), .padding = ui_padding(8), .bgcolor = "surfacecontainer"),
//         is_admin ? ui_button("Delete all", .on_click = purge) : NULL))
//
// - What is not given keeps the browser's default; 0 and false are values like any other.
// - The main argument may come first without a name: the text of ui_text and ui_button, the content
//   of ui_container, the icon of ui_icon.
// - UI(...) gives the children; UI_LIST(...) makes the list for any other property that takes one
//   (`.options = UI_LIST(...)`). NULL among them is skipped.
// - Where Flet takes one of several types, the simplest has the plain name, the others a suffix:
//   `.title = "Hi"` or `.title_control = ui_row(...)`, `.tooltip = "Add"` or
//   `.tooltip_value = ui_tooltip("Add", .prefer_below = true)`, `.col = 6` or `.col_sizes = …`.
// - Colours are texts ("red", "primary", "#ff8800", ui_opacity("primary", 0.5)), icons too ("add",
//   "cupertino:alarm"), durations are milliseconds, dates are ISO 8601 texts.
//
// A constructor returns a control that nobody has added yet. Added to a page or another control it
// belongs to that; controls that a handler built and never added are freed when the handler ends.
//
// Thread: any; a control belongs to the thread that built it until it is added.

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/controls/checked.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// "Not given" is written into every argument first and overridden by what is given: that is meant.
// A compiler that warns of it cannot be told so inside of a value (ui_padding …), so from here on
// it does not.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Winitializer-overrides"
#elif defined(__GNUC__) && !defined(__cplusplus)
#pragma GCC diagnostic ignored "-Woverride-init"
#endif

// A value has a field of this name (ui_page_transitions_theme). Compilers in their GNU modes make
// it a macro of the old days; __linux__ is the one to ask.
#undef linux

// A control. Opaque: change it through the page (troupe/pages/page.h).
typedef struct tr_node ui_control;
typedef struct tr_handler tr_handler;

#define UI_UNSET INT_MIN

// For ui_set (troupe/pages/page.h): puts a property back to its default, UI_DEFAULT a number, a flag or
// an enumeration, UI_NONE all others (texts, handlers, controls, values, lists). In a constructor,
// or within a value, the same as not giving it.
#define UI_DEFAULT (INT_MIN + 1)
extern const char ui_none_[];
#define UI_NONE ((void *)(uintptr_t)ui_none_)

// The end of every list of controls.
extern ui_control *const ui_end;
#define UI_END ((ui_control *)&ui_end)

#define UI_LIST(...) TR_LIST_(ui_control *, __VA_ARGS__, UI_END)
#define UI(...) .controls = UI_LIST(__VA_ARGS__)

// A list that grows, where it is not known beforehand how long it gets. Zeroed, it is empty; NULL is
// skipped. It belongs to the handler that runs, as the texts of ui_format do: make it, and hand it
// over, without waiting in between. Outside of handlers nothing is taken.
//
//     ui_list tiles = {0};
//     for (unsigned i = 0; i < count; i++)
//         ui_push(&tiles, ui_list_tile(notes[i].title));
//     ui_set_children(ev, "notes", ui_items(&tiles));
typedef struct ui_list {
    ui_control **items;
    uint32_t count, cap;
} ui_list;

// 0; TR_EFULL (65 536 controls; logged), TR_EINVALID (no list; no handler that runs).
int ui_push(ui_list *list, ui_control *control);
ui_control **ui_items(const ui_list *list);

// Lists of other things: `.colors_list = UI_TEXTS("red", "blue")`, `UI_NUMBERS(1, 2.5)`,
// `UI_VALUES(ui_box_shadow(...), ...)`, `UI_MEMBERS(UI_AUTOFILL_HINT_EMAIL)`. A map of texts is a
// list of keys and texts in turn.
#define UI_TEXTS(...) TR_LIST_(const char *const, __VA_ARGS__, NULL)
#define UI_NUMBERS(...) TR_LIST_(const double, __VA_ARGS__, (double)NAN)
#define UI_VALUES(...) TR_LIST_(const void *const, __VA_ARGS__, NULL)
#define UI_MEMBERS(...) TR_LIST_(const int, __VA_ARGS__, 0)

// Text made on the spot, as printf does it. It belongs to the handler that runs, and is good until
// that returns; in one that goes on for long, at least for 8 more waits, and until 4 MiB of others
// were made. A text of more than 1 MiB is cut at a whole character. Outside of handlers (a `main`,
// an actor) it is good for the next 15 calls on this thread, and has at most 1023 bytes. Fractions
// have a decimal point whatever setlocale says, as in every text that Troupe makes.
const char *ui_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define ui_format(...) TR_FORMATTED_(ui_format(__VA_ARGS__))

// A colour with an opacity from 0 to 1.
const char *ui_opacity(const char *color, double opacity);

// Every constructor calls this; `args` is the first member of its argument struct.
ui_control *ui_build(const int *args);

// A property that has no argument, by Flet's name: returns `control`, so that it can be wrapped
// around a constructor. An unknown name or a wrong type is a warning in the log and changes
// nothing.
ui_control *ui_with_text(ui_control *control, const char *name, const char *value);
ui_control *ui_with_number(ui_control *control, const char *name, double value);
ui_control *ui_with_flag(ui_control *control, const char *name, bool value);
ui_control *ui_with_control(ui_control *control, const char *name, ui_control *value);

// -- values written by hand; the rest is generated --

// Bytes as an image's source.
typedef struct ui_bytes_value {
    int value_;
    const void *data;
    size_t size;
} ui_bytes_value;
#define ui_bytes(...) (&TR_GIVEN_(ui_bytes_value, .value_ = 1, __VA_ARGS__))

// The subject of a draggable, for the handlers that hear of its drop: `ui_draggable(.payload =
// UI_PAYLOAD(&card->id), …)`. The bytes behind a pointer, as with UI_CALL, read with TR_DRAGGED;
// they stay on the server.
#define UI_PAYLOAD(...)                                                                            \
    (&TR_GIVEN_(ui_bytes_value, .value_ = 1, .data = UI_PAYLOAD_((__VA_ARGS__)).data,              \
                .size = UI_PAYLOAD_((__VA_ARGS__)).size))

// A value for each state of a control: the first that holds wins, in this order.
#define UI_STATES_(type, otherwise_)                                                               \
    type hovered TR_OR_(otherwise_);                                                               \
    type focused TR_OR_(otherwise_);                                                               \
    type pressed TR_OR_(otherwise_);                                                               \
    type dragged TR_OR_(otherwise_);                                                               \
    type selected TR_OR_(otherwise_);                                                              \
    type scrolled_under TR_OR_(otherwise_);                                                        \
    type disabled TR_OR_(otherwise_);                                                              \
    type error TR_OR_(otherwise_);                                                                 \
    type otherwise TR_OR_(otherwise_)

// Colours and cursors ("click").
typedef struct ui_text_states_value {
    int value_;
    UI_STATES_(const char *, NULL);
} ui_text_states_value;
#define ui_text_states(...) (&TR_GIVEN_(ui_text_states_value, .value_ = 2, __VA_ARGS__))
#define ui_color_states(...) ui_text_states(__VA_ARGS__)

typedef struct ui_icon_states_value {
    int value_;
    UI_STATES_(const char *, NULL);
} ui_icon_states_value;
#define ui_icon_states(...) (&TR_GIVEN_(ui_icon_states_value, .value_ = 3, __VA_ARGS__))

typedef struct ui_number_states_value {
    int value_;
    UI_STATES_(double, NAN);
} ui_number_states_value;
#define ui_number_states(...)                                                                      \
    (&TR_GIVEN_(ui_number_states_value,                                                            \
                TR_UNSET_(.hovered = NAN, .focused = NAN, .pressed = NAN, .dragged = NAN,          \
                          .selected = NAN, .scrolled_under = NAN, .disabled = NAN, .error = NAN,   \
                          .otherwise = NAN, )                                                      \
                    .value_ = 4,                                                                   \
                __VA_ARGS__))

// Values: `.side_states = ui_value_states(.hovered = ui_border_side(2, "red"))`.
typedef struct ui_value_states_value {
    int value_;
    UI_STATES_(const void *, NULL);
} ui_value_states_value;
#define ui_value_states(...) (&TR_GIVEN_(ui_value_states_value, .value_ = 5, __VA_ARGS__))

// A number for each width of the window: from 0, 576, 768, 992, 1200, 1400 pixels on.
typedef struct ui_breakpoints_value {
    int value_;
    double xs TR_OR_(NAN), sm TR_OR_(NAN), md TR_OR_(NAN), lg TR_OR_(NAN), xl TR_OR_(NAN),
        xxl TR_OR_(NAN);
} ui_breakpoints_value;
#define ui_breakpoints(...)                                                                        \
    (&TR_GIVEN_(                                                                                   \
        ui_breakpoints_value,                                                                      \
        TR_UNSET_(.xs = NAN, .sm = NAN, .md = NAN, .lg = NAN, .xl = NAN, .xxl = NAN, ).value_ = 6, \
        __VA_ARGS__))

#include <troupe/controls/generated/enums.h>
#include <troupe/controls/generated/values.h>

// Shorter names for the arguments that are used most.
#define ui_radius(...) ui_border_radius(__VA_ARGS__)
#define ui_border_all(...)                                                                         \
    ui_border(.left = ui_border_side(__VA_ARGS__), .top = ui_border_side(__VA_ARGS__),             \
              .right = ui_border_side(__VA_ARGS__), .bottom = ui_border_side(__VA_ARGS__))

#include <troupe/controls/generated/controls.h>

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
