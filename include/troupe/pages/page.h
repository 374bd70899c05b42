#ifndef TROUPE_PAGE_H
#define TROUPE_PAGE_H

// The functions that change a page. Controls are named by their `.key` (or a handle, below); the
// page itself by NULL (for children, and for properties that the page does not have, NULL means its
// view, the one on top: padding, scroll, bgcolor …). Every function works in build, in async and in
// sync handlers (there it waits for the answer).
//
// Returns: 0, or TR_ENOTFOUND (no control with that key, no such property), TR_EWRONGTYPE,
// TR_EINVALID, TR_ETOOBIG (a limit), TR_EGONE (the page is gone), TR_EWRONGTHREAD (no page here).
// Misuse is also one clear line in the log. A control that was passed in belongs to the page
// afterwards, also on failure.

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

// -- names for controls without a key --

// Goes wherever a key is asked for, as `handle.name`:
//
//     ui_control *label = ui_text("");
//     ui_handle status = ui_handle_of(label);
//     ui_add(page, ui_row(UI(label, ui_progress_ring())));
//     ui_set_text(page, status.name, "Loading");
//
// Plain bytes: copy it, keep it in the state. Once its control is removed every use says
// TR_ENOTFOUND, as with a key; it never comes to mean another control. A zeroed one names nothing.
typedef struct ui_handle {
    char name[40];
} ui_handle;
TR_LAYOUT(ui_handle, name); // a state struct may have some: (status, ui_handle)

// Names a control that has just been made, before it goes anywhere: by its key, if it has one, else
// by one that is made up. Controls that are built anew and reconciled (ui_set_children, views that
// are rebuilt) need keys of their own instead: a new name would be a new control. A key of 40 bytes
// or more does not fit: a name of nothing, and a line in the log.
ui_handle ui_handle_of(ui_control *control);

// The control whose event this is, with or without a key. A name of nothing in handlers that no
// control fired.
ui_handle tr_event_control(const tr_event *ev);

// -- controls come and go --

int ui_add(tr_page *page, ui_control *control);                     // at the end of the view on top
int ui_add_to(tr_page *page, const char *key, ui_control *control); // at the end of a container
int ui_insert(tr_page *page, const char *key, uint32_t position, ui_control *control);
int ui_replace(tr_page *page, const char *key, ui_control *control);
int ui_remove(tr_page *page, const char *key);
int ui_clear(tr_page *page, const char *key); // all children

// Moves a control within the list it is in; it keeps its state in the browser (focus, typed text).
// `position` counts the list without it; UINT32_MAX: to the end. TR_EINVALID: beyond that.
int ui_move(tr_page *page, const char *key, uint32_t position);

// Puts a control into a place for one (`content`, `title`, `leading` …; of the page: `appbar`,
// `floating_action_button` …). NULL empties it.
//
//     ui_put(page, NULL, "appbar", ui_app_bar(.title = "Inbox"));
int ui_put(tr_page *page, const char *key, const char *property, ui_control *control);

// Makes a container's children equal to the list: those with the same key and type stay the same
// controls (focus, caret and scroll survive) and take over what differs, also where they are in
// another container below this one now (docs/howto/rebuilds.md).
//
//     ui_set_children(ev, "rows", UI_LIST(row("a"), row("b")));
int ui_set_children(tr_page *page, const char *key, ui_control **children);

// The same for another child list than the main one (`rows` of a data table, `data_series` …).
int ui_set_list(tr_page *page, const char *key, const char *property, ui_control **children);

// -- properties --

// Sets properties, checked by the compiler as in a constructor:
//
//     ui_set(ev, "submit", ui_filled_button_props(.disabled = true, .label = "Signing in…"));
//     ui_set(ev, "hint", ui_props(.visible = false));
//     ui_set(ev, NULL, ui_page_props(.title = "Inbox", .theme_mode = UI_THEME_MODE_DARK));
//
// Every constructor ui_x has its ui_x_props, which names the control's type; ui_props is for any type, with
// the properties that all have in common. Properties that are not given stay as they are; UI_DEFAULT and
// UI_NONE (troupe/controls/controls.h) put a property back to its default. A list of controls takes the
// place of the one that is there, as ui_set_children does. The page's are ui_page_props, its view's (key
// NULL, too) ui_view_props.
//
// All that is given is set, or, if the control is of another type or something cannot be, nothing,
// with one line in the log: TR_EWRONGTYPE, TR_ENOTFOUND, TR_EINVALID, TR_ETOOBIG.
int ui_set(tr_page *page, const char *key, const int *properties);
#define ui_set(...) TR_CHECKED_(ui_set(__VA_ARGS__))

// The control's main text (a text's value, a button's label, a field's content): a text as it is,
// NULL as
// "", or one made as printf does it. A format is a literal; one that does not fit its arguments, or
// a text from elsewhere in its place, is a compile error.
int ui_set_text(tr_page *page, const char *key, const char *text);
int ui_set_textf(tr_page *page, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define ui_set_textf(...) TR_FORMATTED_(ui_set_textf(__VA_ARGS__))

int ui_set_number(tr_page *page, const char *key, const char *property, double value);
int ui_set_bool(tr_page *page, const char *key, const char *property, bool value);
int ui_set_string(tr_page *page, const char *key, const char *property, const char *value);
int ui_unset(tr_page *page, const char *key, const char *property); // back to its default

// A value of several parts, made as for a constructor (NULL: back to the default), and a map of
// texts:
//
//     ui_set_value(page, NULL, "theme", ui_theme(.color_scheme_seed = "teal"));
//     ui_set_value(page, "box", "padding", ui_padding(8));
//     ui_set_pairs(page, NULL, "fonts", UI_TEXTS("Display", "fonts/display.woff2"));
int ui_set_value(tr_page *page, const char *key, const char *property, const void *value);
int ui_set_pairs(tr_page *page, const char *key, const char *property, const char *const *pairs);

// Copies a property's current value (what the user typed or chose, too). The text is cut to `size`
// and always terminated; returns its whole length in bytes. A property that is not set has its
// default, or "" / `otherwise`.
int ui_get_text(tr_page *page, const char *key, const char *property, char *out, size_t size);
double ui_get_number(tr_page *page, const char *key, const char *property, double otherwise);
bool ui_get_bool(tr_page *page, const char *key, const char *property, bool otherwise);

// Lets a handler hear an event of a control, or of the page (key NULL: "resize", "connect",
// "disconnect", "route_change", …). NULL ends it.
int ui_on(tr_page *page, const char *key, const char *event, const tr_handler *handler);
#define ui_on(...) TR_CHECKED_(ui_on(__VA_ARGS__))

// Sends what was changed so far to the browser now. Later changes go out as ever, when the handler
// waits or ends: nothing stays behind.
int tr_update(tr_page *page);

// The same for one control and what is below it.
int tr_update_control(tr_page *page, const char *key);

// -- topics, as long as the page lives (tasks and intervals: troupe/pages/task.h) --

// Hears a topic: the handler runs for each publication there, one message at a time. Of those that
// come while it still runs it hears the latest, when it has returned. NULL ends it. A name has 1 to
// 128 bytes (else TR_EINVALID); TR_EFULL: 1 024 topics.
int tr_subscribe(tr_page *page, const char *topic, const tr_handler *handler);
#define tr_subscribe(...) TR_CHECKED_(tr_subscribe(__VA_ARGS__))

// The same, but up to `message_count` (1 to 1 024) messages, or 4 MiB of payloads, wait while the
// handler runs, and it hears them in order. One more takes the place of the oldest, with a warning
// in the log for the first (event=topic_queue_full).
int tr_subscribe_queued(tr_page *page, const char *topic, const tr_handler *handler,
                        unsigned message_count);
#define tr_subscribe_queued(...) TR_CHECKED_(tr_subscribe_queued(__VA_ARGS__))

// Publishes bytes, at most 1 MiB, to every page that hears the topic, in any process, and to the
// actors that subscribed to it (troupe/actors/topics.h).
int tr_publish(tr_event *ev, const char *topic, const void *payload, size_t size);

// The same, but not to the page that publishes.
int tr_publish_others(tr_event *ev, const char *topic, const void *payload, size_t size);

// -- who is on a topic, in whatever process --

// The page is present from now on, with up to 256 bytes about itself (a name, say), until it
// leaves, its view does (tr_route.on_enter), or its session ends. While it has had no browser for 5
// s it is not there, and again when the browser is back. Joining again changes the bytes; what a
// view has joined stays the view's then. TR_EFULL: 64 topics.
int tr_presence_join(tr_page *page, const char *topic, const void *meta, size_t size);

// The same for a page that is there with or without its browser.
int tr_presence_stay(tr_page *page, const char *topic, const void *meta, size_t size);
int tr_presence_leave(tr_page *page, const char *topic); // TR_ENOTFOUND: it had not joined

// Hears of the people on a topic: the handler runs once for each that is there already, comes or
// changes (event "join") and for each that goes ("leave"), one after the other; tr_event_payload is
// the bytes of tr_presence_join. A handler that is behind by 128 gets the event "reset" instead: it
// had better ask for the list. NULL ends it.
int tr_presence_watch(tr_page *page, const char *topic, const tr_handler *handler);
#define tr_presence_watch(...) TR_CHECKED_(tr_presence_watch(__VA_ARGS__))

// Calls `each` for everybody who is there; `who` tells them apart, and is lent like `meta`, which is
// aligned as a struct needs it. An async handler waits here. Returns how many are there (at most
// 16 384 are told), TR_ETIMEOUT, TR_ECANCELLED.
int tr_presence_list(tr_page *page, const char *topic,
                     void (*each)(void *arg, const char *who, const void *meta, size_t size),
                     void *arg);
#define tr_presence_list(...) TR_CHECKED_(tr_presence_list(__VA_ARGS__))

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
