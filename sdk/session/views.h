#ifndef TR_SDK_SESSION_VIEWS_H
#define TR_SDK_SESSION_VIEWS_H

// The stack of views and the page's address (protocol section 12): where there are routes the
// address decides what lies on the stack, where there are none the app does. The first view is the
// tree's root view, which stays and takes over what its route builds.
//
// Thread: the session's. Owns: what it knows of the views (session->views).

#include "sdk/session/call.h"
#include "wire/reader.h"

// The address that the browser asks for when it comes, before anything is built.
void tr_views_begin(tr_session *session);

// Makes the stack what the address says. In a handler, which may wait while views are built. Does
// nothing for an app without routes.
void tr_views_build(tr_call *call);

// Builds the view on top again. As above.
void tr_views_rebuild(tr_call *call);

// The browser went to an address, or came back at one: the views follow, then the app's
// "route_change" runs. The address where it is already is nothing new. 0, or what tr_call_start
// returns.
int tr_views_on_route(tr_session *session, tr_slice route, tr_slice data);

// The browser took the view of that route off; `data` is what it said. 0, or what tr_call_start
// returns.
int tr_views_on_pop(tr_session *session, tr_slice route, tr_slice data);

// The functions of troupe/pages/route.h, on the session's thread.
int tr_views_push_route(tr_session *session, tr_slice route);
int tr_views_go_back(tr_session *session);
int tr_views_push(tr_session *session, tr_node *view);
int tr_views_pop(tr_session *session);
int tr_views_set(tr_session *session, tr_node *const *views,
                 uint32_t count); // takes them in any case

// Is the view of that number still there; and its path, or NULL.
bool tr_views_has(const tr_session *session, uint64_t number);
const char *tr_views_path(const tr_session *session, uint64_t number);

// Appends a part of the address, decoded: of the view that `call` builds, or else of the page.
int tr_views_find(tr_session *session, const tr_call *call, tr_slice name, bool in_query,
                  tr_buf *out);

void tr_views_free(tr_session *session);

// In a session's file; and the way back, into a session without any. TR_EPROTOCOL.
void tr_views_write(const tr_session *session, tr_buf *out);
int tr_views_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

#endif
