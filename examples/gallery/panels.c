// The panels beside a demo: its knobs and its events.

#include "gallery.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AS_IN_CODE "as in the code"

void gallery_open(struct gallery *gallery, const struct demo *demo)
{
    if (strcmp(gallery->demo, demo->id) == 0)
        return;
    snprintf(gallery->demo, sizeof gallery->demo, "%s", demo->id);
    memset(gallery->knobs, 0, sizeof gallery->knobs);
    memset(&gallery->scratch, 0, sizeof gallery->scratch);
    memset(gallery->log, 0, sizeof gallery->log);
    gallery->event_count = 0;
}

const struct demo *demo_opened(const struct gallery *gallery)
{
    const struct demo *demo;
    for (unsigned i = 0; (demo = demo_at(i)) != NULL; i++)
        if (strcmp(demo->id, gallery->demo) == 0)
            return demo;
    return NULL;
}

struct scratch *scratch(tr_event *ev)
{
    struct gallery *gallery = tr_state(ev);
    return &gallery->scratch;
}

void copy_text(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length != 0 &&
               ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

// -- knobs --

ui_control *tuned(tr_event *ev, ui_control *control)
{
    const struct gallery *gallery = tr_state(ev);
    const struct demo *demo = demo_opened(gallery);
    for (unsigned i = 0; demo != NULL && i < KNOB_CAP; i++) {
        const struct knob *knob = &demo->knobs[i];
        const struct knob_state *state = &gallery->knobs[i];
        if (!state->is_set)
            continue;
        if (knob->kind == KNOB_FLAG)
            ui_with_flag(control, knob->property, state->number != 0);
        else if (knob->kind == KNOB_NUMBER)
            ui_with_number(control, knob->property, state->number);
        else
            ui_with_text(control, knob->property, state->text);
    }
    return control;
}

TR_ASYNC(turn_knob)
{
    struct gallery *gallery = tr_state(ev);
    const struct demo *demo = demo_opened(gallery);
    const unsigned *index = TR_PAYLOAD(ev, unsigned);
    if (demo == NULL || index == NULL || *index >= KNOB_CAP)
        return;
    struct knob_state *state = &gallery->knobs[*index];
    const char *text = tr_event_text(ev, "");
    state->is_set = strcmp(text, AS_IN_CODE) != 0;
    state->number = tr_event_number(ev, tr_event_boolean(ev, 0));
    copy_text(state->text, sizeof state->text, text);
}

static ui_control *choice(const struct knob *knob,
    const struct knob_state *state, const char *key,
    const tr_handler *turn)
{
    ui_control *options[sizeof knob->choices / sizeof *knob->choices +
                        2] = {0};
    unsigned count = 0;
    options[count++] = ui_dropdown_option(.text = AS_IN_CODE);
    for (unsigned i = 0;
         i < sizeof knob->choices / sizeof *knob->choices; i++)
        if (knob->choices[i] != NULL)
            options[count++] =
                ui_dropdown_option(.text = knob->choices[i]);
    options[count] = UI_END;
    return ui_dropdown(.key = key, .label = knob->property,
        .options = options, .width = 260,
        .value = state->is_set ? state->text : AS_IN_CODE,
        .on_select = turn);
}

static ui_control *knob_control(const struct knob *knob,
    const struct knob_state *state, unsigned index)
{
    const char *key = ui_format("knob-%u", index);
    const tr_handler *turn = UI_CALL(turn_knob, &index);
    double number = state->is_set ? state->number : knob->initial;
    switch (knob->kind) {
    case KNOB_FLAG:
        return ui_switch(.key = key, .label = knob->property,
            .value = number != 0, .on_change = turn);
    case KNOB_NUMBER:
        return ui_column(.spacing = 0,
            UI(ui_text(ui_format("%s: %.4g", knob->property, number)),
                ui_slider(.key = key, .value = number,
                    .min = knob->min, .max = knob->max,
                    .tooltip = knob->property, .width = 260,
                    .on_change = turn)));
    case KNOB_TEXT:
        return ui_text_field(.key = key, .label = knob->property,
            .dense = true, .width = 260,
            .value = state->is_set ? state->text : knob->text,
            .on_change = turn);
    default:
        return choice(knob, state, key, turn);
    }
}

ui_control *knobs_panel(
    const struct gallery *gallery, const struct demo *demo)
{
    ui_control *knobs[KNOB_CAP + 1];
    unsigned count = 0;
    for (unsigned i = 0; i < KNOB_CAP; i++)
        if (demo->knobs[i].kind != 0)
            knobs[count++] =
                knob_control(&demo->knobs[i], &gallery->knobs[i], i);
    knobs[count] = UI_END;
    return ui_column(.key = "knobs", .visible = count != 0,
        .spacing = 12,
        UI(ui_text("Properties",
               .theme_style = UI_TEXT_THEME_STYLE_TITLE_LARGE),
            ui_column(.spacing = 12, .controls = knobs)));
}

// -- events --

void say(tr_event *ev, const char *format, ...)
{
    struct gallery *gallery = tr_state(ev);
    memmove(gallery->log[1], gallery->log[0],
        sizeof gallery->log - sizeof gallery->log[0]);
    char text[2 * LINE_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    copy_text(gallery->log[0], LINE_BYTES,
        ui_format("%u  %s", ++gallery->event_count, text));
}

void report(tr_event *ev, const char *what, int result)
{
    if (result == 0)
        say(ev, "%s: done", what);
    else
        say(ev, "%s: %s %s", what, tr_err_text(result),
            tr_call_error(ev));
}

TR_ASYNC(show_any_event)
{
    const char *name = tr_event_name(ev);
    const char *text = tr_event_text(ev, NULL);
    double number = tr_event_number(ev, NAN);
    int flag = tr_event_boolean(ev, -1);
    const char *const *texts = tr_event_texts(ev);
    if (text != NULL && *text != '\0')
        say(ev, "on_%s: \"%s\"", name, text);
    else if (!isnan(number))
        say(ev, "on_%s: %.6g", name, number);
    else if (flag >= 0)
        say(ev, "on_%s: %s", name, flag ? "true" : "false");
    else if (texts != NULL && *texts != NULL)
        say(ev, "on_%s: \"%s\" …", name, *texts);
    else
        say(ev, "on_%s", name);
}

const tr_handler *const show_event = show_any_event;

ui_control *events_panel(const struct gallery *gallery)
{
    ui_control *lines[LOG_CAP + 1];
    unsigned count = 0;
    for (unsigned i = 0; i < LOG_CAP; i++)
        if (gallery->log[i][0] != '\0')
            lines[count++] =
                ui_text(gallery->log[i], .font_family = "monospace",
                    .size = 13, .max_lines = 2,
                    .overflow = UI_TEXT_OVERFLOW_ELLIPSIS);
    if (count == 0)
        lines[count++] =
            ui_text("None yet.", .color = "onsurfacevariant");
    lines[count] = UI_END;
    return ui_column(.spacing = 12,
        UI(ui_text("Events",
               .theme_style = UI_TEXT_THEME_STYLE_TITLE_LARGE),
            ui_column(.key = "events", .spacing = 4,
                .controls = lines)));
}
