#include "actors/bus/parting.h"

#include <string.h>
#include <zmq.h>

#include "actors/bus/socket.h"

static void close_at(tr_partings *self, uint32_t index)
{
    zmq_close(self->waiting[index].socket);
    self->count--;
    memmove(&self->waiting[index], &self->waiting[index + 1],
            (self->count - index) * sizeof *self->waiting);
}

void tr_partings_add(tr_partings *self, void *socket, uint64_t now_ms)
{
    if (self->count == TR_PARTINGS_CAP)
        close_at(self, 0);
    self->waiting[self->count++] = (struct tr_parting){socket, now_ms};
}

static bool is_over(const struct tr_parting *at, uint64_t now_ms)
{
    return now_ms >= at->since_ms + TR_PARTING_MS ||
           (tr_bus_socket_events(at->socket) & ZMQ_POLLOUT) == 0;
}

void tr_partings_tick(tr_partings *self, uint64_t now_ms)
{
    for (uint32_t i = self->count; i-- > 0;)
        if (is_over(&self->waiting[i], now_ms))
            close_at(self, i);
}

void tr_partings_close(tr_partings *self)
{
    while (self->count != 0)
        close_at(self, self->count - 1);
}
