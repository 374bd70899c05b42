#ifndef TR_ACTORS_CORE_ENTER_H
#define TR_ACTORS_CORE_ENTER_H

// The first line of every function that authors call. A call from another thread, without an object
// or with an argument that cannot be is an author's mistake and not ours: nothing happens, the log
// has one line (`event=actor_misuse call=NAME error=CODE`), and the caller gets the error, or, where
// no code is returned, what the macro names. It ends no process. A pointer to what is no actor (one
// that is gone) cannot be answered at all: debug builds abort there.
//
// Thread: any.

#include "actors/core/core_record.h"
#include "troupe/err.h"

// Says so, and returns the error.
int tr_enter_refused(const char *call, int error) __attribute__((cold));

// 0, TR_EINVALID (there is no core thread) or TR_EWRONGTHREAD.
static inline int tr_enter(const tr_core *core, const char *call)
{
    if (core != NULL && core->owner.thread == &tr_owner_mark)
        return 0;
    return tr_enter_refused(call, core == NULL ? TR_EINVALID : TR_EWRONGTHREAD);
}

static inline tr_core *tr_enter_core_of(const tr_actor *actor)
{
    if (actor == NULL)
        return NULL;
    tr_tag_check(actor, TR_TAG_ACTOR);
    return actor->core;
}

#define TR_ENTER(core)                                                                             \
    do {                                                                                           \
        int refused_ = tr_enter((core), __func__);                                                 \
        if (refused_ < 0)                                                                          \
            return refused_;                                                                       \
    } while (0)

// The same in a function that returns no code.
#define TR_ENTER_OR(core, ...)                                                                     \
    do {                                                                                           \
        if (tr_enter((core), __func__) < 0)                                                        \
            return __VA_ARGS__;                                                                    \
    } while (0)

#define TR_ENTER_ACTOR(actor) TR_ENTER(tr_enter_core_of(actor))
#define TR_ENTER_ACTOR_OR(actor, ...) TR_ENTER_OR(tr_enter_core_of(actor), __VA_ARGS__)

// An argument without which nothing can be done.
#define TR_REQUIRE(condition) TR_REQUIRE_OR(condition, tr_enter_refused(__func__, TR_EINVALID))
#define TR_REQUIRE_OR(condition, ...)                                                              \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __VA_ARGS__;                                                                    \
    } while (0)

#endif
