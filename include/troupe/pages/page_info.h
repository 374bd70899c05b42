#ifndef TROUPE_PAGE_INFO_H
#define TROUPE_PAGE_INFO_H

// Facts about a page's browser, and the page's own events. Handlers hear these with ui_on(page,
// NULL, "resize", handler):
//
//     resize, media_change            the window has another size, is turned, is on another screen
//     platform_brightness_change      the system went dark or light
//     locale_change                   the browser's languages are others
//     keyboard_event                  a key was pressed, wherever the focus is
//     app_lifecycle_state_change      the page was hidden, shown, left … (tr_ev_app_lifecycle_state_change)
//     route_change, view_pop          troupe/pages/route.h
//     connect, disconnect             a browser came back to the page, or is gone for now
//     close                           nobody came back in time: the page ends when the handler first
//                                     waits; changes of a sync handler come too late
//     error                           a handler failed, or something in the browser: a text
//     login, logout                   the user's identity is another: tr_login, or tr_logged_in
//
// The other fields of an event are in troupe/controls/events.h. The values are those of the browser's
// last report, which precedes the event. Every function works in build and in handlers of either kind.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// The window's inside, in CSS pixels; 0 as long as it is not known.
double tr_page_width(tr_event *ev);
double tr_page_height(tr_event *ev);

double tr_page_pixel_ratio(tr_event *ev); // device pixels per CSS pixel; 1 when not known
bool tr_page_is_portrait(tr_event *ev);

// Is the page dark: by its theme_mode, or where that is "system" by the setting of the user's
// system.
bool tr_page_is_dark(tr_event *ev);

// Texts, copied as ui_get_text does: the address within the app ("/todo/3?x=1"); "android", "ios",
// "macos", "linux" or "windows"; the browser's address, as far as proxies tell it; its user agent.
int tr_page_route(tr_event *ev, char *out, size_t size);
int tr_page_platform(tr_event *ev, char *out, size_t size);
int tr_page_client_ip(tr_event *ev, char *out, size_t size);
int tr_page_user_agent(tr_event *ev, char *out, size_t size);

// Is this page built for its HTML alone (tr_app.first_paint)? No browser will have it: tasks,
// intervals, topics and presence do not begin on it, and it ends when build returns, or a moment later.
bool tr_page_is_first_paint(tr_event *ev);

// Tells the page that its user has signed in (error NULL) or could not, or has signed out: for the app's
// own way of signing in. Runs the page's handler of "login" (troupe/controls/events.h: tr_ev_login) or
// "logout", if there is one. TR_ETOOBIG: 1 KiB for both texts.
int tr_logged_in(tr_event *ev, const char *error, const char *description);
int tr_logged_out(tr_event *ev);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
