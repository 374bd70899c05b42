#ifndef TROUPE_ACTORS_H
#define TROUPE_ACTORS_H

// Everything that a program of actors needs: actors/. An app with pages includes troupe/troupe.h, and
// this header too when it has actors of its own.

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
