#ifndef TROUPE_NAMES_H
#define TROUPE_NAMES_H

// Names for actors, so that others find them without being told their addresses. One actor per name
// and scope; an actor may have several. A name is free again as soon as its actor ends, or the
// process that it lives in.
//
//     (void)tr_name_register(self, "ledger", TR_NAME_CLUSTER);      // then: name_registered
//     ...
//     tr_send_named(core, self, TR_NAME_CLUSTER, "ledger", entry, .amount = 5);
//
// Names of a process are kept by its core thread 0. Names of the cluster are kept by its brokers,
// each name by the one that its hash chooses, so every process has to list the same brokers, in any
// order; without brokers they are a process's own. A broker's knowledge is repeated to it when
// it comes back. While it is away its names go on working where they are known; new ones are
// refused with TR_EUNAVAILABLE. Should a process lose its broker and another one register the name
// meanwhile, the later of the two keeps it and the other is sent `name_lost`.
//
// A name has 1 to 128 bytes of UTF-8.
//
// Thread: the core thread, unless said otherwise.

#include <stdint.h>

#include "troupe/actors/actor.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum tr_name_scope { TR_NAME_PROCESS, TR_NAME_CLUSTER };

// Wants a name. `name_registered` tells whether it got it. 0; TR_EINVALID (no such name can be),
// TR_EEXISTS (it wants or has it already), TR_EFULL (64 names).
int tr_name_register(tr_actor *self, const char *name, enum tr_name_scope scope)
    __attribute__((warn_unused_result));

// Gives it up; no `name_registered` or `name_lost` about it comes any more. TR_ENOTFOUND.
int tr_name_unregister(tr_actor *self, const char *name, enum tr_name_scope scope);

// Asks for the owner of a name: `name_found` comes with TR_FLAG_ANSWER and the reference returned
// as its `correlation`, or `ask_failed` after the deadline. Otherwise as tr_ask.
int64_t tr_name_ask(tr_actor *self, const char *name, enum tr_name_scope scope,
                    uint64_t deadline_ms) __attribute__((warn_unused_result));

// The same for a coroutine and for a pool thread: waits. 0, TR_ENOTFOUND (nobody), TR_EUNAVAILABLE
// (its broker cannot be reached), TR_ETIMEOUT, TR_EFULL, TR_ECANCELLED, TR_EINVALID;
// TR_EWRONGTHREAD outside of both.
int tr_name_find(const char *name, enum tr_name_scope scope, uint64_t deadline_ms, tr_address *out)
    __attribute__((warn_unused_result));

// The actor that has the name as far as this core thread knows: one look into a table. TR_NOWHERE:
// not known here. Messages keep this knowledge right, so it may be as old as a message takes.
tr_address tr_name_known(tr_core *core, const char *name, enum tr_name_scope scope);

// Sends to the owner of a name, as tr_send does. When that is not known here yet, the message waits
// for the look-up, in order; if nobody has it, it becomes a dead letter (TR_ENOTFOUND). TR_EFULL
// also when 1 024 wait for this name. TR_ENOTFOUND: core thread 0 of the process knows that nobody
// has it.
#define tr_send_named(core, from, scope, to_name, name, ...)                                       \
    tr_send_named_body((core), (from), (scope), (to_name), TR_MSG_##name,                          \
                       &TR_GIVEN_(tr_msg_##name, __VA_ARGS__))
int tr_send_named_body(tr_core *core, tr_address from, enum tr_name_scope scope, const char *name,
                       uint32_t type, const void *body);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
