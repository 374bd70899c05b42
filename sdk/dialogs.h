#ifndef TR_SDK_DIALOGS_H
#define TR_SDK_DIALOGS_H

// Dialogs, sheets, banners, snack bars and pickers: what lies on the page's `_dialogs` stack
// (protocol section 11). Shown ones are added, never sent again; one that is closed stays until the
// browser has played its closing and says so.
//
// Thread: the session's.

#include "sdk/session_record.h"

// Takes the dialog over. 0; TR_EWRONGTYPE (no control that is shown so), or as tr_tree_append.
int tr_dialog_show(tr_session *session, tr_node *dialog) __attribute__((warn_unused_result));

// Closes the topmost one that is open. 0 or TR_ENOTFOUND.
int tr_dialog_close(tr_session *session);

// The browser says that it is closed: it leaves the stack. Not for other controls.
void tr_dialog_on_dismissed(tr_session *session, uint32_t control);

#endif
