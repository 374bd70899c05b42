// Calls from any thread to a core thread.

#include "actors/system/post.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/system_record.h"
#include "troupe/err.h"

static int post(tr_system *self, unsigned core, tr_post call, bool is_ours)
{
    struct tr_core_thread *thread = &self->threads[core];
    int result = TR_EFULL;
    tr_lock_take(&self->lock);
    if (thread->core == NULL || (self->is_stopping && !is_ours)) {
        result = TR_EGONE;
    } else if (thread->post_count < TR_SYSTEM_POST_CAP) {
        thread->posts[thread->post_count++] = call;
        ev_async_send(thread->core->loop, &thread->core->wake);
        result = 0;
    }
    tr_lock_give(&self->lock);
    return result;
}

int tr_system_post(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg),
                   void *arg)
{
    TR_REQUIRE(self != NULL && function != NULL && core < self->core_count);
    return post(self, core, (tr_post){function, arg}, false);
}

typedef struct call {
    tr_system *system;
    void (*function)(tr_core *core, void *arg);
    void *arg;
    bool is_done;
} call;

static void run(tr_core *core, void *arg)
{
    call *self = arg;
    self->function(core, self->arg);
    tr_lock_take(&self->system->lock);
    self->is_done = true;
    pthread_cond_broadcast(&self->system->changed);
    tr_lock_give(&self->system->lock);
}

int tr_system_call(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg),
                   void *arg)
{
    call made = {self, function, arg, false};
    int result = post(self, core, (tr_post){run, &made}, true);
    tr_lock_take(&self->lock);
    while (result == 0 && !made.is_done)
        (void)tr_lock_wait(&self->lock, &self->changed, 0);
    tr_lock_give(&self->lock);
    return result;
}
