#ifndef TROUPE_ACTORS_H
#define TROUPE_ACTORS_H

// Everything the author of a program of actors needs; an app with pages includes troupe/troupe.h.

#include "troupe/actor.h"
#include "troupe/cluster.h"
#include "troupe/core.h"
#include "troupe/coroutine.h"
#include "troupe/err.h"
#include "troupe/message.h"
#include "troupe/names.h"
#include "troupe/pool.h"
#include "troupe/presence.h"
#include "troupe/supervisor.h"
#include "troupe/system.h"
#include "troupe/topics.h"

#endif
