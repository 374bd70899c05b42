#ifndef TR_SDK_SESSION_COMPONENT_H
#define TR_SDK_SESSION_COMPONENT_H

// The life of components on a page: what the tree says has come, was given something else or has
// gone (tr_tree_take_news) is built, told, ended.
//
//     tree: ADDED ──▶ instance ──▶ build ──▶ what lies inside is mounted ──▶ did_mount
//     tree: GIVEN ──▶ before_update ──▶ build
//     a handler of it ran, it rebuilds ──▶ build
//     tree: REMOVED ──▶ its tasks and intervals end ──▶ will_unmount
//
// Hooks run as handlers do, each in a coroutine of its own; what finds no room is tried again.
//
// Thread: the session's. Owns: nothing; the table does (instance.h).

#include "sdk/session/call.h"

// Works off what the tree has to tell. Call it when a change may have brought or removed
// components, outside of the tree.
void tr_components_settle(tr_session *session);

// Builds again what handlers touched. Once a turn, before what was changed goes out.
void tr_components_rebuild(tr_session *session);

// After tr_instances_load, when the session runs: every instance hears did_mount ("restore").
void tr_components_restore(tr_session *session);

// The page has ended: will_unmount of all of them, at once.
void tr_components_end(tr_session *session);

#endif
