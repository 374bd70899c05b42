#ifndef TROUPE_EVENTS_H
#define TROUPE_EVENTS_H

// Events with more to tell than one value, as structs:
//
//     TR_ASYNC(tapped)
//     {
//         const tr_ev_tap *tap = TR_EVENT(ev, tap);
//         if (tap != NULL && tap->local_position != NULL)
//             ui_set_textf(ev, "where", "%g, %g", tap->local_position->x, tap->local_position->y);
//     }
//
// The structs have Flet's names: its TapEvent is tr_ev_tap, and the line above each struct says
// which events bring it. Events that are not there have one value or none: tr_event_text and its
// like (troupe/pages/event.h).
//
// Members that an event does not have are NULL, NAN, 0 for an enumeration, UI_UNSET for other whole
// numbers and for flags. Durations are milliseconds, dates ISO 8601 texts. Lists end with NULL,
// those of an enumeration with 0; a map of texts is a list of keys and texts in turn.
//
// Thread: the handler's. Lends: all of it, until the handler returns.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"
#include "troupe/slice.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// The payload of `ev` as a tr_ev_<name>. NULL, and one line in the log, when `ev` is no such event
// or its payload is not what that event has to have. A name that does not exist is a compile error.
#define TR_EVENT(ev, name) ((const tr_ev_##name *)tr_event_read((ev), TR_EV_##name))

// Behind TR_EVENT.
const void *tr_event_read(tr_event *ev, int number);

// The one value of an event that is neither a text nor a number: the date or time of a picker (ISO
// 8601, or HH:MM, hours and minutes not always with two digits), a duration in milliseconds, a list
// of texts (ends with NULL). NULL or `otherwise` when it is something else.
const char *tr_event_date(tr_event *ev);
int64_t tr_event_duration(tr_event *ev, int64_t otherwise);
const char *const *tr_event_texts(tr_event *ev);

// A value of any simple type.
enum ui_any_kind { UI_ANY_NOTHING, UI_ANY_FLAG, UI_ANY_NUMBER, UI_ANY_TEXT, UI_ANY_TEXTS };
typedef struct ui_any {
    enum ui_any_kind kind; // which of the others counts
    bool flag;
    double number;
    const char *text;
    const char *const *texts; // ends with NULL
} ui_any;

#include <troupe/controls/generated/events.h>

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
