#ifndef TROUPE_METHODS_H
#define TROUPE_METHODS_H

// Methods that the browser runs: focus a field, scroll, choose files, use the clipboard.
//
//     ui_focus(ev, "name");
//     ui_scroll_to(ev, "list", .offset = -1, .duration = 300);
//
//     const char *text;
//     if (ui_clipboard_get(ev, &text) == 0 && text != NULL)
//         ui_set_text(ev, "pasted", text);
//
//     const ui_file_picker_file_data *const *files;
//     int result = ui_pick_files(ev, &files, .allow_multiple = true);
//     if (result == TR_EREFUSED)
//         ui_set_text(ev, "status", tr_call_error(ev));
//
// A call takes the page or event, then the key of the control (if the method is not of the page or
// of a service), then where the result goes (if it has one; NULL: nowhere), then its arguments,
// best by name. A service (clipboard, file picker, preferences …) is put on the page by its first
// call; one that you put there yourself with ui_add, for its events or properties, is used instead.
//
// A call waits for the browser: an async handler lets others run meanwhile, a sync handler blocks
// its thread. Changes made before a call reach the browser before it. Every call ends, with
//
//     0                the result is in place
//     TR_ETIMEOUT      no answer within `.timeout_ms` (15 000 when not given; an hour for the calls
//                      that open a file dialog)
//     TR_EREFUSED      the browser could not or would not: tr_call_error(ev) says why
//     TR_EGONE         no browser is attached (as in build), or it or the page went away meanwhile.
//     A
//                      call that was under way is not repeated when the browser comes back: it may
//                      have been carried out, and a page that was loaded anew knows nothing of it
//     TR_EMALFORMED    the browser answered with something else than the method's result
//     TR_ENOTFOUND, TR_EWRONGTYPE (the control has no such method), TR_EINVALID (an argument that
//                      must be there is missing), TR_EFULL (256 calls of this page are under way,
//                      or results of 16 MiB are held), TR_ETOOBIG, TR_EWRONGTHREAD
//
// Browsers allow some of these (the clipboard, file dialogs, windows) only while they handle a
// click, or only on pages from https or localhost.
//
// Results are as in troupe/controls/events.h; pointers in them are the event's, until its handler returns or
// calls tr_call_release.
//
// Thread: the handler's.

#include "troupe/controls/controls.h"
#include "troupe/controls/events.h"
#include "troupe/err.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// The browser's reason when it refused the last call; else "". Until the next call.
const char *tr_call_error(const tr_event *ev);

// Frees the results of all calls of this handler so far, and payloads that it read with TR_EVENT:
// for a handler that runs on and on.
void tr_call_release(tr_event *ev);

// Behind the calls: `args` is the first member of a call's struct.
int ui_call(const int *args);

#include <troupe/controls/generated/methods.h>

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
