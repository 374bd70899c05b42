#include "gateway/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"

enum { PATIENCE_MS = 1000 };

struct tr_tap {
    int fifo; // -1: it was given up
};

tr_tap *tr_tap_open(const char *folder)
{
    char path[1024];
    if (folder == NULL ||
        tr_format(path, sizeof path, "%s/%s", folder, TR_TAP_NAME) >= (int)sizeof path)
        return NULL;
    int fifo = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fifo < 0)
        return NULL;
    tr_tap *self = tr_new(tr_tap);
    self->fifo = fifo;
    return self;
}

static void give_up(tr_tap *self, const char *why)
{
    tr_log(TR_LOG_WARN, "event=recording_ended reason=\"%s\"", why);
    (void)close(self->fifo);
    self->fifo = -1;
}

// All of it or nothing: it is no more than a FIFO takes at once.
static void put(tr_tap *self, const uint8_t *piece, size_t size)
{
    while (self->fifo >= 0 && write(self->fifo, piece, size) < 0) {
        struct pollfd room = {.fd = self->fifo, .events = POLLOUT};
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            give_up(self, "nobody listens any more");
        else if (poll(&room, 1, PATIENCE_MS) == 0)
            give_up(self, "what listens does not read");
    }
}

static void tell(tr_tap *self, tr_tap_head head, const void *bytes, size_t size)
{
    uint8_t piece[sizeof head + TR_TAP_PIECE_CAP];
    const uint8_t *at = bytes;
    head.at_ms = tr_clock_ms();
    do {
        head.size = (uint16_t)(size < TR_TAP_PIECE_CAP ? size : TR_TAP_PIECE_CAP);
        head.is_last = head.size == size;
        memcpy(piece, &head, sizeof head);
        if (head.size != 0)
            memcpy(piece + sizeof head, at, head.size);
        put(self, piece, sizeof head + head.size);
        at += head.size;
        size -= head.size;
    } while (!head.is_last);
}

static void write_again(const tr_flet_packet *packet, tr_buf *out)
{
    if (packet->action == TR_FLET_REGISTER)
        tr_flet_write_client_register(out, packet->session_id, packet->page_name, packet->page);
    else if (packet->action == TR_FLET_EVENT)
        tr_flet_write_client_event(out, packet->target, packet->name, packet->value);
    else if (packet->action == TR_FLET_UPDATE)
        tr_flet_write_client_update(out, packet->target, packet->value);
    else if (packet->action == TR_FLET_INVOKE)
        tr_flet_write_client_result(out, packet->target, packet->call_id, packet->value,
                                    packet->error);
}

void tr_tap_tell_from(tr_tap *self, uint64_t connection, const tr_flet_packet *packet)
{
    tr_buf bytes = {0};
    if (self == NULL || self->fifo < 0)
        return;
    write_again(packet, &bytes);
    tr_tap_head head = {
        .connection = connection, .number = packet->number, .kind = TR_TAP_FROM_BROWSER};
    if (bytes.size != 0)
        tell(self, head, bytes.data, bytes.size);
    tr_buf_done(&bytes);
}

void tr_tap_tell_to(tr_tap *self, uint64_t connection, uint32_t number, const void *bytes,
                    size_t size)
{
    tr_tap_head head = {.connection = connection, .number = number, .kind = TR_TAP_TO_BROWSER};
    if (self != NULL && self->fifo >= 0)
        tell(self, head, bytes, size);
}

void tr_tap_tell_gone(tr_tap *self, uint64_t connection)
{
    tr_tap_head head = {.connection = connection, .kind = TR_TAP_GONE};
    if (self != NULL && self->fifo >= 0)
        tell(self, head, NULL, 0);
}

void tr_tap_close(tr_tap **self)
{
    if (*self == NULL)
        return;
    if ((*self)->fifo >= 0)
        (void)close((*self)->fifo);
    tr_free(*self);
    *self = NULL;
}
