#include "actors/core/unsent.h"

#include "actors/core/core_record.h"
#include "base/log.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { TRIES = 1024 };

static void keep(tr_unsent *self, tr_message *message)
{
    if (self->count >= TR_UNSENT_CAP) {
        tr_log(TR_LOG_ERROR, "event=unsent_dropped message=%s", message->shape->name);
        tr_message_free(message);
        return;
    }
    message->next = NULL;
    if (self->tail != NULL)
        self->tail->next = message;
    else
        self->head = message;
    self->tail = message;
    self->count++;
}

// Behind one that waits, all for its receiver wait.
static bool has_one_for(const tr_unsent *self, tr_address to)
{
    for (const tr_message *at = self->head; at != NULL; at = at->next)
        if (tr_address_equal(at->to, to))
            return true;
    return false;
}

bool tr_unsent_send(tr_unsent *self, tr_core *core, tr_message *message)
{
    int result = has_one_for(self, message->to) ? TR_EFULL : tr_core_post_message(core, &message);
    if (result != TR_EFULL) {
        tr_message_free(message);
        return true;
    }
    keep(self, message);
    return false;
}

void tr_unsent_retry(tr_unsent *self, tr_core *core)
{
    tr_message *at = self->head;
    *self = (tr_unsent){0};
    for (unsigned tries = TRIES; at != NULL; tries -= tries != 0) {
        tr_message *next = at->next;
        if (tries != 0)
            (void)tr_unsent_send(self, core, at);
        else
            keep(self, at);
        at = next;
    }
}

void tr_unsent_done(tr_unsent *self)
{
    while (self->head != NULL) {
        tr_message *message = self->head;
        self->head = message->next;
        tr_message_free(message);
    }
    *self = (tr_unsent){0};
}
