// Sessions are read from the store, each with its mark (restore_mark.h).

#include <string.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/session/snapshots_record.h"
#include "troupe/err.h"

// First until its shard is ours in the store, then until the store has answered for both.
struct tr_reading {
    tr_reading *next;
    tr_reading *prev;
    char id[TR_SESSION_ID_SIZE + 1];
    tr_snapshot_loaded *done;
    void *arg;
    unsigned asked; // not answered
    int status;
    tr_buf snapshot;
    tr_buf mark;
};

static unsigned shard_of(const tr_reading *what)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(what->id));
}

static void end(tr_reading *what, int status)
{
    what->done(what->arg, status, tr_buf_slice(&what->snapshot), tr_buf_slice(&what->mark));
    tr_buf_done(&what->snapshot);
    tr_buf_done(&what->mark);
    tr_free(what);
}

static void take_bytes(tr_buf *out, tr_store_op *op)
{
    *out = op->bytes;
    op->bytes = (tr_buf){0};
}

static void on_loaded(tr_store_op *op)
{
    tr_reading *what = op->arg;
    bool is_mark = memcmp(op->id, what->id, TR_SESSION_ID_SIZE) != 0;
    // A mark that cannot be read is none: the page is worth more.
    bool is_unknown = is_mark && (op->status == TR_EUNAVAILABLE || op->status == TR_ECANCELLED);
    if (!is_mark || (is_unknown && what->status == 0))
        what->status = op->status;
    if (op->status == 0)
        take_bytes(is_mark ? &what->mark : &what->snapshot, op);
    tr_store_op_free(op);
    if (--what->asked == 0)
        end(what, what->status);
}

static int ask(tr_snapshots *self, tr_reading *what, const char *id)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_LOAD, on_loaded, what);
    memcpy(op->id, id, sizeof op->id);
    int result = tr_store_submit(self->store, op);
    if (result == 0)
        what->asked++;
    else
        tr_store_op_free(op);
    return result;
}

// The mark first: with the page's answer both are there.
static int submit(tr_snapshots *self, tr_reading *what)
{
    char twin[TR_SESSION_ID_SIZE + 1];
    tr_session_id_twin(twin, what->id);
    int result = ask(self, what, twin);
    if (result == 0 && ask(self, what, what->id) < 0)
        what->status = TR_EUNAVAILABLE; // the mark's answer ends it
    return result;
}

static int keep(tr_snapshots *self, tr_reading *what)
{
    if (self->reading_count >= TR_OPENINGS_CAP)
        return TR_EFULL;
    self->reading_count++;
    DL_APPEND2(self->readings, what, prev, next);
    return 0;
}

int tr_snapshots_begin_reading(tr_snapshots *self, tr_slice id, tr_snapshot_loaded *done, void *arg)
{
    tr_reading *what = tr_new(tr_reading);
    memcpy(what->id, id.data, TR_SESSION_ID_SIZE);
    what->done = done;
    what->arg = arg;
    int result = self->shards[shard_of(what)].epoch != 0 ? submit(self, what) : keep(self, what);
    if (result < 0)
        tr_free(what);
    return result < 0 ? TR_EFULL : 0;
}

static void go_on(tr_snapshots *self, tr_reading *what, int status)
{
    DL_DELETE2(self->readings, what, prev, next);
    self->reading_count--;
    if (status != 0 || submit(self, what) < 0)
        end(what, status != 0 ? status : TR_EUNAVAILABLE);
}

void tr_snapshots_go_on_reading(tr_snapshots *self, unsigned shard, int status)
{
    tr_reading *next;
    for (tr_reading *at = self->readings; at != NULL; at = next) {
        next = at->next;
        if (shard_of(at) == shard)
            go_on(self, at, status);
    }
}

void tr_snapshots_end_reading(tr_snapshots *self)
{
    while (self->readings != NULL)
        go_on(self, self->readings, TR_ECANCELLED);
}
