// The functions that engines call: operations and queues of them, their end, the clocks.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/number.h"
#include "store/engine.h"

static uint64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t tr_store_boot_ms(void)
{
    return clock_ms(CLOCK_BOOTTIME);
}

int64_t tr_store_calendar_shift_ms;

uint64_t tr_store_calendar_ms(void)
{
    return clock_ms(CLOCK_REALTIME) + (uint64_t)tr_store_calendar_shift_ms;
}

// What a library says in several lines, in one.
static void join_lines(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        char c = strchr("\n\r\t", *from) != NULL ? ' ' : *from;
        if (c != ' ' || (to != text && to[-1] != ' '))
            *to++ = c;
    }
    while (to != text && to[-1] == ' ')
        to--;
    *to = '\0';
}

int tr_store_say(char *why, size_t why_size, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)tr_format_list(why, why_size, format, args);
    va_end(args);
    join_lines(why);
    return code;
}

// -- operations --

tr_store_op *tr_store_op_new(enum tr_store_verb verb, void (*done)(tr_store_op *self), void *arg)
{
    tr_store_op *self = tr_new(tr_store_op);
    self->verb = verb;
    self->done = done;
    self->arg = arg;
    return self;
}

void tr_store_op_free(tr_store_op *self)
{
    if (self == NULL)
        return;
    tr_buf_done(&self->bytes);
    tr_buf_done(&self->rows);
    tr_buf_done(&self->record);
    tr_buf_done(&self->log);
    tr_free(self);
}

void tr_store_queue_push(tr_store_queue *self, tr_store_op *op)
{
    op->next = NULL;
    if (self->tail != NULL)
        self->tail->next = op;
    else
        self->head = op;
    self->tail = op;
    self->count++;
}

tr_store_op *tr_store_queue_pop(tr_store_queue *self)
{
    tr_store_op *op = self->head;
    if (op == NULL)
        return NULL;
    self->head = op->next;
    if (self->head == NULL)
        self->tail = NULL;
    self->count--;
    op->next = NULL;
    return op;
}

void tr_store_queue_move(tr_store_queue *self, tr_store_queue *to)
{
    if (self->head == NULL)
        return;
    if (to->tail != NULL)
        to->tail->next = self->head;
    else
        to->head = self->head;
    to->tail = self->tail;
    to->count += self->count;
    *self = (tr_store_queue){0};
}

// -- from and to the engine --

tr_slice tr_store_op_record(const tr_store_op *self)
{
    return tr_buf_slice(self->record.size != 0 ? &self->record : &self->bytes);
}

void tr_store_op_reset(tr_store_op *self)
{
    self->status = 0;
    self->epoch = self->asked.epoch;
    self->node = self->asked.node;
    self->core = self->asked.core;
    self->rows.size = 0;
    self->log.size = 0;
    if (self->verb == TR_STORE_LOAD)
        self->bytes.size = 0;
}

void tr_store_complete(tr_store_op *op, int status)
{
    tr_store *self = op->store;
    op->status = status;
    tr_lock_take(&self->lock);
    bool was_empty = self->ended.head == NULL;
    tr_store_queue_push(&self->ended, op);
    tr_lock_give(&self->lock);
    if (was_empty)
        ev_async_send(self->loop, &self->wake);
}
