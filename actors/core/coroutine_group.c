// Coroutines that one coroutine started and waits for.

#include <utlist.h>

#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "base/mem.h"
#include "base/must.h"

typedef struct member {
    tr_group *group;
    tr_coroutine *coroutine; // NULL: not yet, or ended
    void (*function)(void *arg);
    void *arg;
    struct member *next;
    struct member *prev; // of those that run, or have ended
    tr_cleanup ended;
} member;

struct tr_group {
    tr_coroutine *owner;
    tr_cleanup cleanup;
    member *running;
    member *ended; // not yet told of, oldest first
    uint32_t running_count;
    uint32_t ended_count;
    uint64_t wait_key; // of the owner's wait
    bool is_awaited;   // the owner waits: for one, or for all
    bool awaits_all;
};

static void forget_ended(tr_group *self)
{
    member *gone = self->ended;
    DL_DELETE(self->ended, gone);
    self->ended_count--;
    tr_free(gone);
}

static void take_from_running(member *self)
{
    tr_group *group = self->group;
    DL_DELETE(group->running, self);
    group->running_count--;
}

static void on_member_end(void *arg)
{
    member *self = arg;
    tr_group *group = self->group;
    take_from_running(self);
    self->coroutine = NULL;
    DL_APPEND(group->ended, self);
    group->ended_count++;
    if (group->is_awaited && (!group->awaits_all || group->running_count == 0))
        tr_coroutine_wake(group->owner, group->wait_key, 0);
}

static void run_member(void *arg)
{
    member *self = arg;
    self->coroutine = tr_coroutine_current();
    // The first pushed, so that the member has ended only when all of its own cleanups have run.
    tr_cleanup_add(self->coroutine, &self->ended, on_member_end, self);
    self->function(self->arg);
}

static void end_group(void *arg)
{
    tr_group *self = arg;
    tr_group_cancel(self);
    self->is_awaited = self->awaits_all = true;
    while (self->running_count != 0) {
        self->wait_key = tr_coroutine_own_wait(self->owner, "group");
        tr_coroutine_suspend_shielded();
    }
    while (self->ended != NULL)
        forget_ended(self);
    tr_free(self);
}

static bool is_owner_here(const tr_group *self)
{
    return self->owner == tr_coroutine_current();
}

tr_group *tr_group_new(void)
{
    tr_coroutine *owner = tr_coroutine_current();
    if (owner == NULL) {
        (void)tr_enter_refused(__func__, TR_EWRONGTHREAD);
        return NULL;
    }
    tr_group *self = tr_new(tr_group);
    self->owner = owner;
    tr_cleanup_add(owner, &self->cleanup, end_group, self);
    return self;
}

int tr_group_start(tr_group *self, const char *name, void (*function)(void *arg), void *arg)
{
    TR_REQUIRE(self != NULL);
    if (!is_owner_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    TR_REQUIRE(function != NULL);
    if (self->running_count + self->ended_count >= TR_GROUP_MEMBERS_CAP)
        return TR_EFULL;
    member *added = tr_new(member);
    *added = (member){.group = self, .function = function, .arg = arg};
    DL_PREPEND(self->running, added);
    self->running_count++;
    int result = tr_coroutine_start(self->owner->core, name, run_member, added, NULL);
    if (result < 0) {
        take_from_running(added);
        tr_free(added);
    }
    return result;
}

static int wait_for(tr_group *self, uint64_t deadline_ms, bool all)
{
    self->is_awaited = true;
    self->awaits_all = all;
    self->wait_key = tr_coroutine_own_wait(self->owner, "group");
    int result = tr_coroutine_suspend_until(deadline_ms);
    self->is_awaited = false;
    return result;
}

int tr_group_wait_all(tr_group *self, uint64_t deadline_ms)
{
    TR_REQUIRE(self != NULL);
    if (!is_owner_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    int result = tr_coroutine_check();
    if (result == 0 && self->running_count != 0)
        result = wait_for(self, deadline_ms, true);
    if (result == TR_ETIMEOUT && self->running_count == 0)
        result = 0; // the last one ended in the turn of the deadline
    while (result == 0 && self->ended != NULL)
        forget_ended(self);
    return result;
}

int tr_group_wait_any(tr_group *self, uint64_t deadline_ms, void **out_arg)
{
    TR_REQUIRE(self != NULL);
    if (!is_owner_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    int result = tr_coroutine_check();
    if (result < 0)
        return result;
    if (self->ended == NULL && self->running_count == 0)
        return TR_ENOTFOUND;
    if (self->ended == NULL)
        result = wait_for(self, deadline_ms, false);
    if (result == TR_ECANCELLED || self->ended == NULL)
        return result;
    if (out_arg != NULL)
        *out_arg = self->ended->arg;
    forget_ended(self);
    return 0;
}

void tr_group_cancel(tr_group *self)
{
    TR_ENTER_OR(self != NULL ? self->owner->core : NULL, );
    for (member *at = self->running; at != NULL; at = at->next)
        if (at->coroutine != NULL)
            tr_coroutine_cancel(at->coroutine);
}

void tr_group_free(tr_group **self)
{
    tr_group *group = self != NULL ? *self : NULL;
    if (group == NULL)
        return;
    if (!is_owner_here(group)) {
        (void)tr_enter_refused(__func__, TR_EWRONGTHREAD);
        return;
    }
    *self = NULL;
    tr_cleanup_drop(group->owner, &group->cleanup);
    end_group(group);
}
