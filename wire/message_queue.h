#ifndef TR_WIRE_MESSAGE_QUEUE_H
#define TR_WIRE_MESSAGE_QUEUE_H

// Messages in order, linked by their own `next`. Zeroed memory is an empty one. It has no bound of
// its own: whoever pushes has asked for room.
//
// Thread: the owner's. Owns: the messages in it.

#include "wire/message.h"

typedef struct tr_message_queue {
    tr_message *head; // NULL: empty
    tr_message *tail;
    uint32_t count;
} tr_message_queue;

static inline void tr_message_queue_push(tr_message_queue *self, tr_message *message)
{
    message->next = NULL;
    if (self->tail != NULL)
        self->tail->next = message;
    else
        self->head = message;
    self->tail = message;
    self->count++;
}

// Back to the front, where it was taken from.
static inline void tr_message_queue_push_first(tr_message_queue *self, tr_message *message)
{
    message->next = self->head;
    self->head = message;
    if (self->tail == NULL)
        self->tail = message;
    self->count++;
}

// The first, the caller's now; NULL when there is none.
static inline tr_message *tr_message_queue_pop(tr_message_queue *self)
{
    tr_message *message = self->head;
    if (message == NULL)
        return NULL;
    self->head = message->next;
    if (self->head == NULL)
        self->tail = NULL;
    self->count--;
    message->next = NULL;
    return message;
}

// Frees all.
static inline void tr_message_queue_clear(tr_message_queue *self)
{
    tr_message *message;
    while ((message = tr_message_queue_pop(self)) != NULL)
        tr_message_free(message);
}

#endif
