#include "sdk/session/restore_mark.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/session/snapshots_record.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum { FIELDS = 5 };

static const char sign[] = "restore";

// -- bytes --

bool tr_restore_mark_read(tr_slice bytes, uint64_t program, tr_restore_mark *out)
{
    tr_reader in = tr_reader_of(bytes);
    if (bytes.size == 0 || tr_scan((const uint8_t *)bytes.data, bytes.size) < 0 ||
        tr_reader_array(&in) != FIELDS || !tr_slice_equal(tr_reader_text(&in), tr_slice_of(sign)))
        return false;
    out->program = tr_reader_unsigned(&in);
    out->cause = tr_reader_unsigned(&in);
    uint64_t tries = tr_reader_unsigned(&in);
    uint64_t all = tr_reader_unsigned(&in);
    out->tries = (uint32_t)tries;
    out->all = (uint32_t)all;
    return !in.failed && tries <= UINT32_MAX && all <= UINT32_MAX && out->program == program;
}

void tr_restore_mark_write(const tr_restore_mark *self, tr_buf *out)
{
    tr_write_array(out, FIELDS);
    tr_write_literal(out, sign);
    tr_write_unsigned(out, self->program);
    tr_write_unsigned(out, self->cause);
    tr_write_unsigned(out, self->tries);
    tr_write_unsigned(out, self->all);
}

// -- in the store --

typedef struct marking {
    tr_restore_marked *done;
    void *arg;
} marking;

static void on_saved(tr_store_op *op)
{
    marking *self = op->arg;
    self->done(self->arg, op->status);
    tr_free(self);
    tr_store_op_free(op);
}

// Without the shard nothing is asked.
int tr_restore_mark_save(tr_sessions *sessions, const char *id, const tr_restore_mark *mark,
                         uint64_t ttl_ms, tr_restore_marked *done, void *arg)
{
    unsigned shard = (unsigned)tr_session_id_shard(tr_slice_of(id));
    uint64_t epoch = tr_snapshots_epoch(sessions, shard);
    if (epoch == 0)
        return TR_EUNAVAILABLE;
    marking *self = tr_new(marking);
    *self = (marking){done, arg};
    tr_store_op *op = tr_store_op_new(TR_STORE_SAVE, on_saved, self);
    op->shard = shard;
    op->epoch = epoch;
    op->ttl_ms = ttl_ms;
    tr_session_id_twin(op->id, id);
    tr_restore_mark_write(mark, &op->bytes);
    if (tr_store_submit(sessions->snapshots->store, op) == 0)
        return 0;
    tr_store_op_free(op);
    tr_free(self);
    return TR_EUNAVAILABLE;
}

void tr_restore_mark_delete(tr_sessions *sessions, const char *id)
{
    char twin[TR_SESSION_ID_SIZE + 1];
    tr_session_id_twin(twin, id);
    tr_snapshot_delete(sessions, twin);
}
