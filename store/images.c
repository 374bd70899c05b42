#include "store/images.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"
#include "base/must.h"
#include "base/random.h"
#include "base/table.h"
#include "store/delta.h"
#include "store/engine.h"
#include "wire/limits.h"

struct tr_image {
    char id[TR_SESSION_ID_SIZE + 1];
    tr_buf bytes;       // as the store has them, but for the last change
    uint32_t last_size; // 0: they are as the store has them
    uint8_t last[TR_STORE_MERGED_CAP_BYTES];
    uint64_t generation;
    uint32_t number; // of the last change; 0: there is none
    size_t base_size;
    size_t changes_size; // but for the last one
    size_t last_cost;    // of the last one
    uint64_t base_ms;    // when the base was written, with which time to live
    uint64_t ttl_ms;
    uint64_t used_ms;
    UT_hash_handle hh;
    tr_image *prev;
    tr_image *next;
};

static size_t cost_of(const tr_image *image)
{
    return sizeof *image + image->bytes.cap;
}

static void free_image(tr_image *image)
{
    if (image == NULL)
        return;
    tr_buf_done(&image->bytes);
    tr_free(image);
}

static void take_out(tr_images *self, tr_image *image)
{
    HASH_DEL(self->by_id, image);
    DL_DELETE(self->oldest, image);
    self->bytes -= cost_of(image);
}

static tr_image *take_of(tr_images *self, const char *id)
{
    tr_image *found;
    HASH_FIND_STR(self->by_id, id, found);
    if (found != NULL)
        take_out(self, found);
    return found;
}

static void free_oldest(tr_images *self)
{
    tr_image *gone = self->oldest;
    take_out(self, gone);
    free_image(gone);
}

static void put_newest(tr_images *self, tr_image *image)
{
    free_image(take_of(self, image->id));
    HASH_ADD_STR(self->by_id, id, image);
    DL_APPEND(self->oldest, image);
    self->bytes += cost_of(image);
    while (self->bytes > TR_STORE_IMAGES_CAP_BYTES)
        free_oldest(self);
}

// Changes do not make a base live longer: so it is written anew while most of its time is left.
static bool is_base_good(const tr_image *image, const tr_store_op *op)
{
    return image->ttl_ms == op->ttl_ms && image->number < TR_STORE_CHANGES_CAP &&
           tr_store_boot_ms() - image->base_ms < op->ttl_ms / 4;
}

// Of all changes of a base, so that what is read is not much more than what it is.
static size_t room_of(const tr_image *image)
{
    size_t cap = image->base_size;
    if (cap < TR_STORE_CHANGES_LEAST_BYTES)
        cap = TR_STORE_CHANGES_LEAST_BYTES;
    return cap > image->changes_size ? cap - image->changes_size : 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool encode(const tr_image *image, tr_store_op *op, size_t cap)
{
    return tr_delta_encode(tr_buf_slice(&image->bytes), tr_buf_slice(&op->bytes),
                           smaller(cap, smaller(op->bytes.size / 2, room_of(image))), &op->record);
}

// The last change stays; the next one is beside what it makes of the bytes.
static void settle_last(tr_image *image)
{
    tr_slice last = {(const char *)image->last, image->last_size};
    if (image->last_size != 0)
        tr_must(tr_delta_apply(last, &image->bytes) == 0);
    image->changes_size += image->last_cost;
    image->last_size = 0;
    image->last_cost = 0;
}

// In place of the last change, where both together are small: a row that is written again costs a store
// less than one more, and no base comes to be written anew.
static bool make_change(tr_image *image, tr_store_op *op)
{
    if (!is_base_good(image, op))
        return false;
    if (image->last_size != 0 && encode(image, op, TR_STORE_MERGED_CAP_BYTES))
        return true;
    settle_last(image);
    image->number++;
    return encode(image, op, SIZE_MAX);
}

// Not 0, which is a base of an older form.
static uint64_t fresh_generation(void)
{
    return tr_random_u64() >> 1 | 1;
}

static void note_last(tr_image *image, tr_slice change)
{
    image->last_size = change.size <= sizeof image->last ? change.size : 0;
    memcpy(image->last, change.data, image->last_size);
}

void tr_images_plan(tr_images *self, tr_store_op *op)
{
    op->record.size = 0;
    free_image(op->image);
    op->image = take_of(self, op->id);
    bool is_change = op->image != NULL && make_change(op->image, op);
    op->number = is_change ? op->image->number : 0;
    op->generation = is_change ? op->image->generation : fresh_generation();
    if (is_change)
        note_last(op->image, tr_buf_slice(&op->record));
}

static void begin_base(tr_image *image, const tr_store_op *op)
{
    memcpy(image->id, op->id, sizeof image->id);
    image->generation = op->generation;
    image->number = 0;
    image->base_size = op->bytes.size;
    image->changes_size = image->last_cost = 0;
    image->last_size = 0;
    image->base_ms = op->submitted_ms;
    image->ttl_ms = op->ttl_ms;
}

void tr_images_keep(tr_images *self, tr_store_op *op)
{
    tr_image *image = op->image != NULL ? op->image : tr_new(tr_image);
    op->image = NULL;
    if (op->number == 0)
        begin_base(image, op);
    else
        image->last_cost = op->record.size + TR_STORE_CHANGE_EXTRA_BYTES;
    image->used_ms = tr_store_boot_ms();
    if (image->last_size == 0) {
        tr_buf_done(&image->bytes);
        image->bytes = op->bytes;
        op->bytes = (tr_buf){0};
    }
    put_newest(self, image);
}

void tr_images_drop(tr_images *self, tr_store_op *op)
{
    free_image(op->image);
    op->image = NULL;
    free_image(take_of(self, op->id));
}

void tr_images_age(tr_images *self)
{
    uint64_t now_ms = tr_store_boot_ms();
    while (self->oldest != NULL && now_ms - self->oldest->used_ms > TR_STORE_IMAGE_KEPT_MS)
        free_oldest(self);
}

void tr_images_done(tr_images *self)
{
    while (self->oldest != NULL)
        free_oldest(self);
}
