#ifndef GALLERY_H
#define GALLERY_H

// The declarations for a page of the gallery. Each file beside this one is a group of controls and
// has a demo for each of them:
//
//     GROUP(1, buttons, "Buttons", "What is pressed to do
//     something.");
//
//     DEMO(filled_button, "FilledButton", "The most important action
//     of a page.",
//          FLAG("disabled", false), COLOR("bgcolor"))
//     {
//         return ui_filled_button("Save", .icon = "save", .on_click =
//         show_event);
//     }
//
// The page /buttons/filled-button then shows the text, what the
// function returns, a switch for each property named, the events as
// they come, and the function itself with what it uses of its file
// (handlers, say): the file is put into the program as it is, so that
// the text cannot differ from what runs.

#include <stdbool.h>
#include <stddef.h>
#include <troupe/troupe.h>

enum {
    DEMO_CAP = 400,
    KNOB_CAP = 6,
    LOG_CAP = 5,
    LINE_BYTES = 120,
    TEXT_BYTES = 80
};

// -- groups and demos; the linker gathers them --

struct group {
    int order;        // on the home page
    const char *path; // "buttons"
    const char *title;
    const char *about;
    const char *source; // the text of the file
};

enum knob_kind { KNOB_FLAG = 1, KNOB_NUMBER, KNOB_TEXT, KNOB_CHOICE };

// A property to play with. The value in the demo's code is given once more, so that the knob begins
// there; the choice of a KNOB_CHOICE begins as "as in the code".
struct knob {
    enum knob_kind kind;
    const char *property;
    double initial;
    double min;
    double max;
    const char *text;
    const char *choices[8];
};

struct demo {
    const char *id;    // "filled_button"
    const char *class; // as Flet calls it; those of the canvas with
                       // "canvas." before it
    const char *about;
    const struct group *group;
    ui_control *(*build)(tr_event *ev);
    int line;          // in its file
    bool tunes_itself; // calls tuned()
    struct knob knobs[KNOB_CAP];
};

#define FLAG(property_, initial_) \
    { \
        .kind = KNOB_FLAG, .property = property_, \
        .initial = initial_ \
    }
#define NUMBER(property_, initial_, min_, max_) \
    { \
        .kind = KNOB_NUMBER, .property = property_, \
        .initial = initial_, .min = min_, .max = max_ \
    }
#define TEXT(property_, initial_) \
    { \
        .kind = KNOB_TEXT, .property = property_, .text = initial_ \
    }
#define CHOICE(property_, ...) \
    { \
        .kind = KNOB_CHOICE, .property = property_, .choices = { \
            __VA_ARGS__ \
        } \
    }
#define NO_KNOBS \
    { \
        0 \
    }
#define COLOR(property_) \
    CHOICE(property_, "primary", "tertiary", "error", "#00897b", \
        "amber")

#define GALLERY_PLACE_(section_) \
    __attribute__(( \
        section(section_), used, aligned(_Alignof(void *))))

#define GROUP(order_, path_, title_, about_) \
    __asm__(".pushsection .rodata\nsource_of_" #path_ \
            ":\n.incbin \"" __FILE__ "\"\n.byte 0\n.popsection"); \
    extern const char source_of_this[] __asm__("source_of_" #path_); \
    static const struct group this_group[1] GALLERY_PLACE_( \
        "gallery_groups") = { \
        {order_, #path_, title_, about_, source_of_this}}

#define DEMO_(id_, class_, about_, tunes_, ...) \
    static ui_control *id_##_build(tr_event *ev); \
    static const struct demo id_##_demo[1] GALLERY_PLACE_( \
        "gallery_demos") = {{#id_, class_, about_, this_group, \
        id_##_build, __LINE__, tunes_, {__VA_ARGS__}}}; \
    static ui_control *id_##_build( \
        tr_event *ev __attribute__((unused)))

// The knobs set properties of what the function returns …
#define DEMO(id_, class_, about_, ...) \
    DEMO_(id_, class_, about_, false, __VA_ARGS__)
// … or of what it gives to tuned().
#define DEMO_INSIDE(id_, class_, about_, ...) \
    DEMO_(id_, class_, about_, true, __VA_ARGS__)

// -- what demos use --

// A handler for any event: shows its name and value under "Events".
extern const tr_handler *const show_event;

// The same for text of one's own, printf-style.
void say(tr_event *ev, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Says how a call ended that has no result to show.
void report(tr_event *ev, const char *what, int result);

// Gives a control the properties that the knobs are at. Also in
// handlers, for what they show.
ui_control *tuned(tr_event *ev, ui_control *control);

// A number and a text for the demo's own use, until another demo is
// opened. Both begin as 0 and "".
struct scratch {
    long number;
    char text[TEXT_BYTES];
};
TR_LAYOUT(struct scratch, number, text);
struct scratch *scratch(tr_event *ev); // NULL when the page is gone

// -- what the pages use --

struct knob_state {
    bool is_set;
    double number;
    char text[TEXT_BYTES];
};
TR_LAYOUT(struct knob_state, is_set, number, text);

// A session's state.
struct gallery {
    char search[TEXT_BYTES];
    char demo[TEXT_BYTES]; // the control that the rest is for
    struct knob_state knobs[KNOB_CAP];
    struct scratch scratch;
    unsigned event_count;
    char log[LOG_CAP][LINE_BYTES];
};
TR_LAYOUT(struct gallery, search, demo, (knobs, struct knob_state),
    (scratch, struct scratch), event_count, (log, char));

// Copies what fits, not to the middle of a character.
void copy_text(char *out, size_t size, const char *text);

// The demos, those of one group next to each other; NULL behind the
// last one.
const struct demo *demo_at(unsigned index);
const struct group *group_at(unsigned index);
const struct demo *demo_find(
    const char *group_path, const char *demo_path);
const struct group *group_find(const char *path);

// "/buttons/filled-button". Returns `out`.
char *demo_path(const struct demo *demo, char out[TEXT_BYTES]);

// The code of a demo, as a C function; to be freed.
char *demo_code(const struct demo *demo);

// Makes the state that of this demo; that of another one is
// forgotten.
void gallery_open(struct gallery *gallery, const struct demo *demo);

const struct demo *demo_opened(const struct gallery *gallery);

ui_control *knobs_panel(
    const struct gallery *gallery, const struct demo *demo);
ui_control *events_panel(const struct gallery *gallery);

ui_control *home_view(tr_event *ev);
ui_control *group_view(tr_event *ev);
ui_control *demo_view(tr_event *ev);

#endif
