#include "gateway/backlog.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

// Type byte included.
typedef struct tr_waiting_packet {
    struct tr_waiting_packet *next;
    struct tr_waiting_packet *prev;
    uint32_t size;
    uint8_t bytes[];
} tr_waiting_packet;

int tr_backlog_push(tr_backlog *self, const void *bytes, size_t size)
{
    if (self->count == TR_BACKLOG_CAP)
        return TR_EFULL;
    tr_waiting_packet *packet = tr_try_alloc(sizeof *packet + size);
    if (packet == NULL)
        return TR_ESYSTEM;
    packet->size = (uint32_t)size;
    memcpy(packet->bytes, bytes, size);
    DL_APPEND(self->head, packet);
    self->count++;
    return 0;
}

tr_flet_packet tr_backlog_first(const tr_backlog *self)
{
    tr_flet_packet packet;
    tr_must(self->head != NULL);
    int result = tr_flet_read(self->head->bytes, self->head->size, &packet);
    tr_must(result == 0); // it was read once before it was kept
    return packet;
}

void tr_backlog_pop(tr_backlog *self)
{
    tr_waiting_packet *first = self->head;
    DL_DELETE(self->head, first);
    self->count--;
    tr_free(first);
}

void tr_backlog_done(tr_backlog *self)
{
    while (self->head != NULL)
        tr_backlog_pop(self);
}
