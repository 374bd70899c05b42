#include "actors/pool/pool_queue.h"

#include <utlist.h>

#include "base/mem.h"

struct tr_pool_sender {
    tr_pool_sender *next; // in the ring
    tr_pool_sender *prev;
    tr_pool_job *jobs; // oldest first
    uint64_t key;
    uint32_t queued;
    uint32_t running;
    bool is_ready; // in the ring
};

void tr_pool_job_free(tr_pool_job *job)
{
    if (job == NULL)
        return;
    tr_message_free(job->message);
    tr_free(job);
}

// Two senders of one key, should there ever be any, share their turns.
static uint64_t key_of(tr_address sender)
{
    uint64_t key = sender.node ^ (sender.actor * 0x9e3779b97f4a7c15u);
    return key != 0 ? key : 1;
}

static void make_ready(tr_pool_queue *self, tr_pool_sender *sender)
{
    if (sender->is_ready || sender->queued == 0 || sender->running >= self->run_share)
        return;
    sender->is_ready = true;
    DL_APPEND(self->ready, sender);
}

static void release(tr_pool_queue *self, tr_pool_sender *sender)
{
    if (sender->is_ready || sender->queued != 0 || sender->running != 0)
        return;
    tr_map_take(&self->senders, sender->key);
    tr_free(sender);
}

bool tr_pool_queue_has_room(const tr_pool_queue *self, tr_address sender)
{
    const tr_pool_sender *known = tr_map_find(&self->senders, key_of(sender));
    uint32_t left = self->cap > self->count ? self->cap - self->count : 0;
    return (known != NULL ? known->queued : 0) < left;
}

bool tr_pool_queue_is_next(const tr_pool_queue *self, tr_address sender)
{
    const tr_pool_sender *known = tr_map_find(&self->senders, key_of(sender));
    return self->ready == NULL &&
           (known == NULL || (known->queued == 0 && known->running < self->run_share));
}

void tr_pool_queue_push(tr_pool_queue *self, tr_address address, tr_pool_job *job)
{
    uint64_t key = key_of(address);
    tr_pool_sender *sender = tr_map_find(&self->senders, key);
    if (sender == NULL) {
        sender = tr_new(tr_pool_sender);
        sender->key = key;
        tr_map_put(&self->senders, key, sender);
    }
    job->sender = sender;
    DL_APPEND(sender->jobs, job);
    sender->queued++;
    self->count++;
    make_ready(self, sender);
}

static tr_pool_sender *next_sender(tr_pool_queue *self)
{
    while (self->ready != NULL) {
        tr_pool_sender *sender = self->ready;
        DL_DELETE(self->ready, sender);
        sender->is_ready = false;
        if (sender->queued != 0)
            return sender;
        release(self, sender); // its jobs were taken out
    }
    return NULL;
}

tr_pool_job *tr_pool_queue_pop(tr_pool_queue *self)
{
    tr_pool_sender *sender = next_sender(self);
    if (sender == NULL)
        return NULL;
    tr_pool_job *job = sender->jobs;
    DL_DELETE(sender->jobs, job);
    sender->queued--;
    sender->running++;
    self->count--;
    make_ready(self, sender);
    return job;
}

void tr_pool_queue_ended(tr_pool_queue *self, tr_pool_job *job)
{
    tr_pool_sender *sender = job->sender;
    if (sender == NULL)
        return;
    job->sender = NULL;
    sender->running--;
    make_ready(self, sender);
    release(self, sender);
}

static void take_from(tr_pool_queue *self, tr_pool_sender *sender,
                      bool (*fits)(const tr_pool_job *job, const void *arg), const void *arg,
                      tr_pool_job **out)
{
    tr_pool_job *job;
    tr_pool_job *next;
    DL_FOREACH_SAFE (sender->jobs, job, next) {
        if (!fits(job, arg))
            continue;
        DL_DELETE(sender->jobs, job);
        sender->queued--;
        self->count--;
        job->sender = NULL;
        LL_PREPEND(*out, job);
    }
}

tr_pool_job *tr_pool_queue_take(tr_pool_queue *self,
                                bool (*fits)(const tr_pool_job *job, const void *arg),
                                const void *arg)
{
    tr_pool_job *taken = NULL;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->senders, &at, NULL, &value))
        take_from(self, value, fits, arg, &taken);
    // A sender without jobs leaves the ring when its turn comes. All of those that are in no ring
    // have a job running, which frees them when it ends.
    return taken;
}

static bool any(const tr_pool_job *job, const void *arg)
{
    (void)job;
    (void)arg;
    return true;
}

void tr_pool_queue_done(tr_pool_queue *self)
{
    tr_pool_job *job = tr_pool_queue_take(self, any, NULL);
    while (job != NULL) {
        tr_pool_job *next = job->next;
        tr_pool_job_free(job);
        job = next;
    }
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->senders, &at, NULL, &value))
        tr_free(value);
    tr_map_done(&self->senders);
    self->ready = NULL;
}
