#include "desk/record_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"
#include "wire/tap.h"

enum { PARTS_CAP = 64, PIPE_BYTES = 1 << 20, PACKET_CAP_BYTES = 64 << 20 };

// A packet that has begun.
typedef struct tr_desk_record_part {
    struct tr_desk_record_part *next;
    struct tr_desk_record_part *prev;
    uint64_t connection;
    uint8_t kind;
    tr_buf bytes;
} part;

static part *part_of(tr_desk_record *self, const tr_tap_head *head)
{
    part *at;
    DL_FOREACH (self->parts, at) {
        if (at->connection == head->connection && at->kind == head->kind)
            return at;
    }
    if (self->part_count == PARTS_CAP)
        return NULL;
    at = tr_new(part);
    at->connection = head->connection;
    at->kind = head->kind;
    self->part_count++;
    DL_APPEND(self->parts, at);
    return at;
}

static void drop(tr_desk_record *self, part *it)
{
    DL_DELETE(self->parts, it);
    self->part_count--;
    tr_buf_done(&it->bytes);
    tr_free(it);
}

static void take(tr_desk_record *self, const tr_tap_head *head, const uint8_t *bytes)
{
    if (head->kind == TR_TAP_GONE) {
        tr_recorder_gone(self->recorder, head->connection);
        return;
    }
    part *it = part_of(self, head);
    if (it == NULL)
        return;
    if (it->bytes.size <= PACKET_CAP_BYTES)
        tr_buf_append(&it->bytes, bytes, head->size);
    if (!head->is_last)
        return;
    if (it->bytes.size > PACKET_CAP_BYTES)
        ; // none has so much
    else if (head->kind == TR_TAP_FROM_BROWSER)
        tr_recorder_from_browser(self->recorder, head->connection, head->number, it->bytes.data,
                                 it->bytes.size, head->at_ms);
    else
        tr_recorder_to_browser(self->recorder, head->connection, head->number, it->bytes.data,
                               it->bytes.size, head->at_ms);
    drop(self, it);
}

// Pieces are written whole, and so they are read.
static bool read_piece(tr_desk_record *self)
{
    tr_tap_head head;
    uint8_t bytes[TR_TAP_PIECE_CAP];
    if (read(self->packets.fd, &head, sizeof head) != (ssize_t)sizeof head)
        return false;
    if (head.size > sizeof bytes || head.kind >= TR_TAP_KINDS ||
        (head.size != 0 && read(self->packets.fd, bytes, head.size) != head.size))
        return false;
    take(self, &head, bytes);
    return true;
}

void tr_desk_record_read(tr_desk_record *self)
{
    while (self->recorder != NULL && read_piece(self))
        ;
}

static void on_packets(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop, (void)events;
    tr_desk_record_read(watcher->data);
}

bool tr_desk_record_may_write(const char *path)
{
    size_t size = strlen(path);
    bool is_named = size > 4 && strcmp(path + size - 4, ".rec") == 0;
    if (!is_named)
        fprintf(stderr, "troupe: name the recording first, as in: troupe record orders.rec; troupe "
                        "record --help tells more\n");
    else if (!tr_recorder_may_write(path))
        fprintf(stderr, "troupe: %s: this is no recording, and is not replaced by one\n", path);
    else
        return true;
    return false;
}

static int make_fifo(const char *folder)
{
    char path[1024];
    if (tr_format(path, sizeof path, "%s/%s", folder, TR_TAP_NAME) >= (int)sizeof path ||
        mkfifo(path, 0600) != 0)
        return -1;
    // Open for writing as well: so it has no end when a gateway ends.
    int fifo = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fifo >= 0)
        (void)fcntl(fifo, F_SETPIPE_SZ, PIPE_BYTES);
    return fifo;
}

static void write_title(const char *app, char *out, size_t size)
{
    char day[32];
    struct tm local;
    time_t now = time(NULL);
    (void)strftime(day, sizeof day, "%Y-%m-%d", localtime_r(&now, &local));
    const char *slash = strrchr(app, '/');
    (void)tr_format(out, size, "%s, %s", slash != NULL ? slash + 1 : app, day);
}

bool tr_desk_record_open(tr_desk_record *self, struct ev_loop *loop, const char *path,
                         const char *folder, const char *app)
{
    char title[300];
    *self = (tr_desk_record){.path = path, .loop = loop};
    write_title(app, title, sizeof title);
    int fifo = make_fifo(folder);
    if (fifo >= 0)
        self->recorder = tr_recorder_open(path, title);
    if (self->recorder == NULL) {
        fprintf(stderr, "troupe: %s: %s\n", path, strerror(errno));
        if (fifo >= 0)
            (void)close(fifo);
        return false;
    }
    ev_io_init(&self->packets, on_packets, fifo, EV_READ);
    self->packets.data = self;
    ev_io_start(loop, &self->packets);
    return true;
}

void tr_desk_record_close(tr_desk_record *self)
{
    if (self->recorder == NULL)
        return;
    tr_desk_record_read(self);
    uint32_t steps = tr_recorder_steps(self->recorder);
    tr_recorder_close(&self->recorder, tr_clock_ms());
    fprintf(stderr, "troupe record: %s has %u steps; troupe test plays them again\n", self->path,
            steps);
    ev_io_stop(self->loop, &self->packets);
    (void)close(self->packets.fd);
    while (self->parts != NULL)
        drop(self, self->parts);
}
