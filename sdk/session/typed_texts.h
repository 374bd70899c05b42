#ifndef TR_SDK_SESSION_TYPED_TEXTS_H
#define TR_SDK_SESSION_TYPED_TEXTS_H

// What a person types while handlers change it (sdk/tree/typing.h): which texts a handler knows. An
// event's handler reads texts as they were when the event happened, until it waits for something: then
// as they are. What it sets is made of the text that it has read, be it that of the event; where an
// on_change tells the app more than it reads, after a wait, of the text as it is. A view that is built
// again is made of texts as they were at the last event whose handler has begun. Whatever else runs
// reads and sets them as they are.
//
// Thread: the session's.

#include "sdk/session/call.h"

// A browser is there: it has the page still, or gets it anew. Of one that does not count nothing is
// known.
void tr_typed_on_attach(tr_session *self, bool has_page);

// Before a packet of the browser's changes anything.
void tr_typed_receive(tr_session *self, uint32_t number, uint32_t seen);

// The call reads the text of that control, as it may know it; any other value is as it is.
tr_value tr_typed_read(const tr_session *self, tr_call *call, const tr_node *node, tr_prop_id prop,
                       tr_value now);

// An event that tells a field's text tells the one that the page has now, be it one that the browser
// will only hear of: a copy to be freed, or NULL where the event is right as it is.
tr_message *tr_typed_event(const tr_session *self, const tr_message *message);

#endif
