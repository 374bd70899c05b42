#include "store/single.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/number.h"
#include "metrics/count.h"
#include "store/change_log.h"
#include "store/engine.h"
#include "troupe/err.h"
#include "wire/limits.h"

static const tr_store_engine *const engines[] = {&tr_store_memory, &tr_store_lmdb,
                                                 &tr_store_postgres};

static size_t cost_of(const tr_store *self, const tr_store_op *op)
{
    size_t extra = tr_record_is_sealing(self->keys) ? TR_RECORD_SEAL_EXTRA_BYTES : 0;
    return op->verb == TR_STORE_SAVE ? op->bytes.size + extra : 0;
}

static void link_oldest(tr_store *self, tr_store_op *op)
{
    op->submitted_ms = tr_store_boot_ms();
    op->older = self->newest;
    op->newer = NULL;
    if (self->newest != NULL)
        self->newest->newer = op;
    else
        self->oldest = op;
    self->newest = op;
}

static void unlink_oldest(tr_store *self, tr_store_op *op)
{
    if (op->older != NULL)
        op->older->newer = op->newer;
    else
        self->oldest = op->newer;
    if (op->newer != NULL)
        op->newer->older = op->older;
    else
        self->newest = op->older;
}

static void make_record(tr_store *self, tr_store_op *op)
{
    tr_images_plan(&self->images, op);
    if (!tr_record_is_sealing(self->keys))
        return;
    if (op->number == 0)
        tr_buf_append(&op->record, op->bytes.data, op->bytes.size);
    tr_record_seal(self->keys, op->id, &op->record);
}

static void give_to_engine(tr_store *self, tr_store_op *op)
{
    if (op->verb == TR_STORE_SAVE)
        make_record(self, op);
    else if (op->verb == TR_STORE_DELETE)
        tr_images_drop(&self->images, op);
    op->status = 0;
    self->news++;
    self->engine->submit(self, op);
}

int tr_single_submit(tr_store *self, tr_store_op *op)
{
    if (self->ops >= TR_STORE_PENDING_CAP ||
        cost_of(self, op) > TR_STORE_PENDING_CAP_BYTES - self->bytes)
        return TR_EFULL;
    op->store = self;
    op->charged = cost_of(self, op);
    op->asked = (struct tr_store_asked){op->epoch, op->node, op->core};
    link_oldest(self, op);
    self->ops++;
    self->bytes += op->charged;
    give_to_engine(self, op);
    return 0;
}

static void count_ended(tr_store *self, const tr_store_op *op)
{
    static const enum tr_timed timed[] = {[TR_STORE_SAVE] = TR_TIMED_store_save,
                                          [TR_STORE_LOAD] = TR_TIMED_store_load,
                                          [TR_STORE_TAKE] = TR_TIMED_store_take};
    bool has_own =
        op->verb == TR_STORE_SAVE || op->verb == TR_STORE_LOAD || op->verb == TR_STORE_TAKE;
    tr_timed_record(has_own ? timed[op->verb] : TR_TIMED_store_rest,
                    tr_store_boot_ms() - op->submitted_ms);
    self->is_away = op->status == TR_EUNAVAILABLE;
    if (op->verb == TR_STORE_SAVE && op->status == 0)
        tr_count_many(TR_TALLY_store_saved, tr_store_op_record(op).size);
    if (op->status == TR_EFENCED)
        tr_count(TR_TALLY_store_fenced);
    else if (op->status == TR_EFULL)
        tr_count(TR_TALLY_store_full);
    else if (op->status == TR_EUNAVAILABLE)
        tr_count(TR_TALLY_store_unavailable);
    else if (op->status == TR_EREFUSED)
        tr_count(TR_TALLY_store_key);
    else if (op->status == TR_EMALFORMED)
        tr_count(TR_TALLY_store_damaged);
    else if (op->status < 0 && op->status != TR_ENOTFOUND && op->status != TR_ECANCELLED)
        tr_count(TR_TALLY_store_other);
}

// What was read, as it was before it was encrypted and cut up.
static void put_together(tr_store *self, tr_store_op *op)
{
    if (op->verb != TR_STORE_LOAD || op->status != 0)
        return;
    op->status = tr_change_log_apply(self->keys, op);
    if (op->status == 0)
        return;
    op->bytes.size = 0;
    tr_log(TR_LOG_ERROR, "event=snapshot_unreadable session=%.6s text=\"%s\"", op->id,
           op->status == TR_EREFUSED
               ? "this process has not the key that it was written with, or may not read it plain"
               : "it is damaged, or of another session");
}

static void note_saved(tr_store *self, tr_store_op *op)
{
    if (op->verb != TR_STORE_SAVE)
        return;
    if (op->status == 0)
        tr_images_keep(&self->images, op);
    else
        tr_images_drop(&self->images, op);
}

// The store has not what the change is of: it was deleted or has expired, or another one wrote it.
static bool is_written_whole(tr_store *self, tr_store_op *op)
{
    bool is_lost = op->verb == TR_STORE_SAVE && op->number != 0 && op->status == TR_ENOTFOUND;
    if (is_lost && self->is_closing)
        op->status = TR_ECANCELLED;
    if (!is_lost || self->is_closing)
        return false;
    tr_images_drop(&self->images, op);
    tr_store_op_reset(op);
    give_to_engine(self, op);
    return true;
}

static void end(tr_store *self, tr_store_op *op)
{
    self->ops--;
    self->bytes -= op->charged;
    unlink_oldest(self, op);
    put_together(self, op);
    count_ended(self, op);
    note_saved(self, op);
    op->done(op);
}

static void run_ended(tr_store *self)
{
    tr_store_queue ended = {0};
    tr_lock_take(&self->lock);
    tr_store_queue_move(&self->ended, &ended);
    tr_lock_give(&self->lock);
    tr_store_op *op;
    while ((op = tr_store_queue_pop(&ended)) != NULL)
        if (!is_written_whole(self, op))
            end(self, op);
}

static void on_wake(struct ev_loop *loop, ev_async *watcher, int events)
{
    (void)loop;
    (void)events;
    run_ended(watcher->data);
}

static void on_prepare(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_store *self = watcher->data;
    if (self->news == 0)
        return;
    tr_timed_record(TR_TIMED_store_batch, self->news);
    self->news = 0;
    tr_images_age(&self->images);
    if (self->engine->flush != NULL)
        self->engine->flush(self);
}

// -- open and close --

static const tr_store_engine *engine_of(const char *url)
{
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (strncmp(url, engines[i]->prefix, strlen(engines[i]->prefix)) == 0)
            return engines[i];
    if (strncmp(url, "postgresql://", 13) == 0)
        return &tr_store_postgres;
    return NULL;
}

static const char password_key[] = "password=";
enum { PASSWORD_KEY_SIZE = sizeof password_key - 1 };

static bool has_password_key(const char *at)
{
    return tr_compare_caseless_n(at, password_key, PASSWORD_KEY_SIZE) == 0;
}

static const char *end_of_parameter(const char *at)
{
    return at + strcspn(at, "&");
}

// The last @ may lie within the value of a password= behind `at`.
static const char *end_of_user(const char *at, const char *host)
{
    const char *end = host;
    for (; at < host; at++)
        if (has_password_key(at) && end_of_parameter(at) > end)
            end = end_of_parameter(at);
    return end;
}

// Where a password ends that begins at `at`, or NULL. Before the last @ nothing is shown but who it is:
// what people write there is not always what a URL may have.
static const char *end_of_secret(const char *url, const char *at)
{
    const char *scheme = strstr(url, "://");
    const char *user = scheme != NULL ? scheme + 3 : url;
    const char *colon = strchr(user, ':');
    const char *host = strrchr(user, '@');
    if (colon != NULL && host != NULL && at == colon + 1 && at <= host)
        return end_of_user(at, host);
    bool is_parameter = at - url >= PASSWORD_KEY_SIZE && has_password_key(at - PASSWORD_KEY_SIZE);
    return is_parameter ? end_of_parameter(at) : NULL;
}

void tr_single_public_url(const char *url, char *out, size_t out_size)
{
    bool is_file = strncmp(url, "lmdb:", 5) == 0;
    size_t size = 0;
    for (const char *at = url; size + 4 < out_size; at++) {
        const char *end = is_file ? NULL : end_of_secret(url, at);
        if (end != NULL) {
            memcpy(out + size, "***", 3);
            size += 3;
            at = end;
        }
        if (*at == '\0')
            break;
        out[size++] = *at;
    }
    out[size] = '\0';
}

int tr_single_check_url(const char *url, char *why, size_t why_size)
{
    const tr_store_engine *engine = engine_of(url);
    if (engine == NULL)
        return tr_store_say(why, why_size, TR_EINVALID,
                            "it is memory, lmdb:PATH, postgres://USER@HOST/DATABASE, or some of "
                            "these: ranges: 0-511=URL 512-1023=URL");
    return engine->check_url(url, why, why_size);
}

int tr_single_prepare(const char *url, uint64_t *identity, char *why, size_t why_size)
{
    int result = tr_single_check_url(url, why, why_size);
    return result < 0 ? result : engine_of(url)->prepare(url, identity, why, why_size);
}

bool tr_store_is_shared(const char *url)
{
    return url != NULL && strcmp(url, "memory") != 0;
}

int tr_single_open(struct ev_loop *loop, const char *url, uint64_t patience_ms,
                   const tr_record_keys *keys, tr_store **out)
{
    const tr_store_engine *engine = engine_of(url);
    if (engine == NULL)
        return TR_EINVALID;
    tr_store *self = tr_new(tr_store);
    self->engine = engine;
    self->loop = loop;
    self->patience_ms = patience_ms;
    self->keys = keys;
    tr_lock_init(&self->lock, "store", TR_LOCK_STORE_ENDED);
    ev_async_init(&self->wake, on_wake);
    ev_prepare_init(&self->prepare, on_prepare);
    self->wake.data = self->prepare.data = self;
    int result = engine->open(self, url);
    if (result < 0) {
        tr_lock_done(&self->lock);
        tr_free(self);
        return result;
    }
    ev_async_start(loop, &self->wake);
    ev_prepare_start(loop, &self->prepare);
    *out = self;
    return 0;
}

tr_store_pending tr_single_pending(const tr_store *self)
{
    uint64_t oldest_ms = self->oldest != NULL ? tr_store_boot_ms() - self->oldest->submitted_ms : 0;
    return (tr_store_pending){.ops = self->ops, .bytes = self->bytes, .oldest_ms = oldest_ms};
}

bool tr_single_is_away(const tr_store *self)
{
    return self->is_away || tr_single_pending(self).oldest_ms > TR_STORE_AWAY_MS;
}

const char *tr_single_kind(const tr_store *self)
{
    return self->engine->kind;
}

void tr_single_close(tr_store **self)
{
    tr_store *store = *self;
    if (store == NULL)
        return;
    store->is_closing = true;
    store->engine->close(store);
    run_ended(store);
    tr_must(store->ops == 0);
    tr_images_done(&store->images);
    ev_async_stop(store->loop, &store->wake);
    ev_prepare_stop(store->loop, &store->prepare);
    tr_lock_done(&store->lock);
    tr_free(store);
    *self = NULL;
}
