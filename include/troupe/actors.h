#ifndef TROUPE_ACTORS_H
#define TROUPE_ACTORS_H

// Everything that a program of actors needs: actors/. An app with pages includes troupe/troupe.h, and
// this header too when it has actors of its own.
//
// What takes a core, an actor, a coroutine or a group belongs to its core thread. Called from another
// thread, without that object, or with an argument that cannot be, it does nothing: the log has one
// line (`event=actor_misuse call=NAME error=CODE`), and TR_EWRONGTHREAD or TR_EINVALID comes back, or,
// where no code does, NULL, 0 or TR_NOWHERE.

#include "troupe/actors/actor.h"
#include "troupe/actors/cluster.h"
#include "troupe/actors/core.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/message.h"
#include "troupe/actors/names.h"
#include "troupe/actors/pool.h"
#include "troupe/actors/presence.h"
#include "troupe/actors/supervisor.h"
#include "troupe/actors/system.h"
#include "troupe/actors/topics.h"
#include "troupe/err.h"

#endif
