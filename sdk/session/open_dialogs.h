#ifndef TR_SDK_SESSION_OPEN_DIALOGS_H
#define TR_SDK_SESSION_OPEN_DIALOGS_H

// Dialogs, sheets, banners, snack bars and pickers: what lies on the page's `_dialogs` stack
// (protocol section 11). Shown ones are added, never sent again; one that is closed stays until the
// browser has played its closing and says so.
//
// Thread: the session's.

#include "sdk/session/session_record.h"

// Takes the dialog over. 0; TR_EWRONGTYPE (no control that is shown so), or as tr_tree_append.
int tr_dialog_show(tr_session *session, tr_node *dialog) __attribute__((warn_unused_result));

// Closes the topmost one that is open. 0 or TR_ENOTFOUND.
int tr_dialog_close(tr_session *session);

// The browser says that it is closed: it leaves the stack. Not for other controls.
void tr_dialog_on_dismissed(tr_session *session, uint32_t control);

// A browser that registers again has either kept its screen, dialogs included, or was loaded anew;
// which of the two, Flet's client shows after the answer only, by telling its brightness and its
// media once more. A browser that kept its dialogs must not get them again: it would show a second
// one, and the first could never be closed. So the answer leaves the dialogs out, and they follow
// when those signs come. True: leave them out. Our own client (`is_ours`) sorts this out itself.
bool tr_dialogs_on_return(tr_session *session, bool is_ours);

// The browser's news of its page.
void tr_dialogs_on_page_update(tr_session *session, tr_slice props);

#endif
