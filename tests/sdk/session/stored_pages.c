#include "tests/sdk/session/stored_pages.h"

#include <check.h>

#include "base/log.h"
#include "troupe/troupe.h"

static void build(tr_page *page)
{
    ui_add(page, ui_text("here", .key = "text"));
}

static const tr_app app = {.name = "Snapshots", .build = build};

lab *stored_page;

void stored_pages_set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    stored_page = tr_lab_start_stored(&app, "memory");
    tr_lab_open(stored_page, 0, NULL, true);
    ck_assert_int_ge(tr_lab_advance(stored_page, 2000), 0); // its page is in the store
}

void stored_pages_tear_down(void)
{
    tr_lab_stop(&stored_page);
}

unsigned shard_of(const char *id)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(id));
}

void lose_in_store(tr_sessions *sessions, unsigned shard, uint64_t epoch)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_TAKE, tr_store_op_free, NULL);
    op->shard = shard;
    op->epoch = epoch;
    op->node = ANOTHER_NODE;
    ck_assert_int_eq(tr_store_submit(sessions->snapshots->store, op), 0);
}

uint64_t epoch_of(const tr_session *session)
{
    return session->sessions->snapshots->shards[shard_of(session->id)].epoch;
}

void is_in_store(tr_session *session, void *unused)
{
    (void)unused;
    ck_assert_ptr_nonnull(session);
    ck_assert_uint_ne(session->sessions->shard_epochs[shard_of(session->id)], 0);
    ck_assert(tr_snapshot_is_written(session));
    ck_assert_uint_eq(session->snapshot->unsaved_ms, 0);
}

static void look_at_owner(tr_store_op *op)
{
    const tr_store_shard *wanted = op->arg;
    const tr_store_shard *rows = (const tr_store_shard *)(const void *)op->rows.data;
    for (int i = 0; i < op->status; i++)
        if (rows[i].shard == wanted->shard) {
            ck_assert_uint_eq(rows[i].node, ANOTHER_NODE);
            ck_assert_uint_eq(rows[i].epoch, wanted->epoch);
        }
    tr_store_op_free(op);
}

void is_anothers(tr_session *session, void *wanted)
{
    tr_store_op *op = tr_store_op_new(TR_STORE_SHARDS, look_at_owner, wanted);
    ck_assert_int_eq(tr_store_submit(session->sessions->snapshots->store, op), 0);
}
