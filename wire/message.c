#include "wire/message.h"

#include <inttypes.h>

#include "base/block.h"
#include "base/live.h"
#include "base/log.h"
#include "base/must.h"
#include "base/tag.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

// Large enough for every struct, an app's too.
typedef union any_body {
#define MESSAGE(name, number, class, doc, fields) tr_msg_##name name;
#include "wire/messages.def"
#undef MESSAGE
    unsigned char bytes[TR_MESSAGE_STRUCT_CAP];
} any_body;

#ifdef TR_DEBUG
enum { TAG_SIZE = sizeof(uint32_t) };

static void set_tag(tr_message *self, uint32_t tag)
{
    memcpy((unsigned char *)self + self->size, &tag, sizeof tag);
}

void tr_message_check(const tr_message *self)
{
    uint32_t tag;
    memcpy(&tag, (const unsigned char *)self + self->size, sizeof tag);
    tr_must(tag == TR_TAG_MESSAGE);
}
#else
enum { TAG_SIZE = 0 };
#define set_tag(self, tag) ((void)0)
#endif

static bool has_bytes(const tr_field *field)
{
    return field->kind == TR_FIELD_text || field->kind == TR_FIELD_bytes;
}

static size_t block_size(const tr_shape *shape, const unsigned char *body)
{
    size_t size = sizeof(tr_message) + shape->size;
    for (unsigned i = 0; i < shape->field_count; i++) {
        const tr_field *field = &shape->fields[i];
        if (has_bytes(field))
            size += ((const tr_slice *)(const void *)(body + field->offset))->size;
    }
    return size;
}

static size_t frames_size(const tr_shape *shape, const unsigned char *body)
{
    size_t size = 0;
    for (unsigned i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind != TR_FIELD_frame)
            continue;
        const tr_frame *frame = *(tr_frame *const *)(const void *)(body + shape->fields[i].offset);
        size += frame != NULL ? frame->size : 0;
    }
    return size;
}

size_t tr_message_content_size(const tr_shape *shape, const void *body)
{
    return block_size(shape, body) - sizeof(tr_message) - shape->size + frames_size(shape, body);
}

size_t tr_message_memory_size(const tr_message *self)
{
    return self->size + frames_size(self->shape, self->body);
}

// Copies the struct into the block and the bytes of its slices behind it. The head is the caller's.
static void lay_out_body(tr_message *self, const tr_shape *shape, const unsigned char *body)
{
    memcpy(self->body, body, shape->size);
    char *tail = (char *)self->body + shape->size;
    for (unsigned i = 0; i < shape->field_count; i++) {
        const tr_field *field = &shape->fields[i];
        if (!has_bytes(field))
            continue;
        tr_slice *slice = (void *)(self->body + field->offset);
        if (slice->size != 0)
            memcpy(tail, slice->data, slice->size);
        slice->data = tail;
        tail += slice->size;
    }
}

static tr_message *fill(void *block, size_t size, const tr_shape *shape, const unsigned char *body)
{
    tr_message *self = block;
    *self = (tr_message){.shape = shape, .size = (uint32_t)size};
    lay_out_body(self, shape, body);
    set_tag(self, TR_TAG_MESSAGE);
    tr_live_born(message);
    return self;
}

tr_message *tr_message_new(unsigned type, const void *body)
{
    const tr_shape *shape = tr_shape_find(type);
    tr_must(shape != NULL);
    size_t size = block_size(shape, body);
    tr_must(size <= UINT32_MAX);
    return fill(tr_block_alloc(size + TAG_SIZE), size, shape, body);
}

_Static_assert(sizeof(any_body) == TR_MESSAGE_STRUCT_CAP, "a message fits its view");

tr_message *tr_message_view_of(tr_message_view *storage, unsigned type, const void *body)
{
    const tr_shape *shape = tr_shape_find(type);
    tr_must(shape != NULL);
    tr_message *self = (void *)storage->bytes;
    memset(self, 0, sizeof *self);
    self->shape = shape;
    self->size = (uint32_t)(sizeof *self + shape->size);
    memcpy(self->body, body, shape->size);
    set_tag(self, TR_TAG_MESSAGE);
    return self;
}

static void drop_frames(const tr_shape *shape, unsigned char *body)
{
    for (unsigned i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind == TR_FIELD_frame)
            tr_frame_unref(*(tr_frame **)(void *)(body + shape->fields[i].offset));
    }
}

static int read_frame(tr_reader *reader, tr_frame **out)
{
    tr_slice bytes = tr_reader_bytes(reader);
    if (bytes.size == 0)
        return 0;
    tr_frame *frame = tr_frame_try_new(bytes.size);
    if (frame == NULL)
        return TR_ESYSTEM;
    memcpy(tr_frame_data(frame), bytes.data, bytes.size);
    frame->size = bytes.size;
    *out = frame;
    return 0;
}

static int read_unsigned(tr_reader *reader, uint64_t max, uint64_t *out)
{
    *out = tr_reader_unsigned(reader);
    return *out <= max ? 0 : TR_EMALFORMED;
}

static int read_text(tr_reader *reader, tr_slice *out)
{
    *out = tr_reader_text(reader);
    return tr_scan_is_utf8(out->data, out->size) ? 0 : TR_EMALFORMED;
}

static int read_address(tr_reader *reader, tr_address *out)
{
    if (tr_reader_array(reader) != 2)
        return TR_EMALFORMED;
    out->node = tr_reader_unsigned(reader);
    out->actor = tr_reader_unsigned(reader);
    return 0;
}

// A failed reader is the caller's to notice; a negative code is any other failure.
static int read_field(tr_reader *reader, enum tr_field_kind kind, void *slot)
{
    uint64_t number = 0;
    int rc = 0;
    switch (kind) {
    case TR_FIELD_u16:
        rc = read_unsigned(reader, UINT16_MAX, &number);
        *(uint16_t *)slot = (uint16_t)number;
        return rc;
    case TR_FIELD_u32:
        rc = read_unsigned(reader, UINT32_MAX, &number);
        *(uint32_t *)slot = (uint32_t)number;
        return rc;
    case TR_FIELD_u64:
        *(uint64_t *)slot = tr_reader_unsigned(reader);
        return 0;
    case TR_FIELD_i64:
        *(int64_t *)slot = tr_reader_integer(reader);
        return 0;
    case TR_FIELD_f64:
        *(double *)slot = tr_reader_number(reader);
        return 0;
    case TR_FIELD_boolean:
        *(bool *)slot = tr_reader_boolean(reader);
        return 0;
    case TR_FIELD_address:
        return read_address(reader, slot);
    case TR_FIELD_text:
        return read_text(reader, slot);
    case TR_FIELD_bytes:
        *(tr_slice *)slot = tr_reader_bytes(reader);
        return 0;
    case TR_FIELD_frame:
        return read_frame(reader, slot);
    }
    tr_never("unknown field kind");
}

// An older sender has fewer fields, a newer one has more: the rest stays zero or is skipped.
static int read_body(tr_slice bytes, const tr_shape *shape, unsigned char *body)
{
    tr_reader reader = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&reader);
    for (uint32_t i = 0; i < count && !reader.failed; i++) {
        if (i >= shape->field_count) {
            (void)tr_reader_skip(&reader); // only its end matters
            continue;
        }
        const tr_field *field = &shape->fields[i];
        int rc = read_field(&reader, (enum tr_field_kind)field->kind, body + field->offset);
        if (rc < 0)
            return rc;
    }
    return reader.failed || !tr_reader_at_end(&reader) ? TR_EMALFORMED : 0;
}

int tr_message_read(unsigned type, const void *bytes, size_t size, void *out_body)
{
    const tr_shape *shape = tr_shape_find(type);
    if (shape == NULL)
        return TR_ENOTFOUND;
    for (unsigned i = 0; i < shape->field_count; i++)
        if (shape->fields[i].kind == TR_FIELD_frame)
            return TR_EWRONGTYPE;
    any_body body;
    memset(&body, 0, shape->size);
    int rc = read_body((tr_slice){bytes, (uint32_t)size}, shape, body.bytes);
    if (rc == 0)
        memcpy(out_body, &body, shape->size);
    return rc;
}

int tr_message_decode(unsigned type, const void *bytes, size_t size, tr_message **out)
{
    const tr_shape *shape = tr_shape_find(type);
    if (shape == NULL)
        return TR_ENOTFOUND;
    if (size > TR_ENVELOPE_CAP_BYTES)
        return TR_ETOOBIG;
    // The slices in here point into the input until the block is known to be needed, and its size.
    any_body body;
    memset(&body, 0, shape->size);
    int rc = read_body((tr_slice){bytes, (uint32_t)size}, shape, body.bytes);
    size_t total = rc == 0 ? block_size(shape, body.bytes) : 0;
    void *block = rc == 0 ? tr_block_try_alloc(total + TAG_SIZE) : NULL;
    if (block == NULL) {
        drop_frames(shape, body.bytes);
        return rc != 0 ? rc : TR_ESYSTEM;
    }
    *out = fill(block, total, shape, body.bytes);
    return 0;
}

static void write_frame(tr_buf *out, tr_frame *frame)
{
    tr_slice bytes = {0};
    if (frame != NULL)
        bytes = (tr_slice){(const char *)tr_frame_data(frame), frame->size};
    tr_write_bytes(out, bytes);
}

static void write_field(tr_buf *out, enum tr_field_kind kind, const void *slot)
{
    switch (kind) {
    case TR_FIELD_u16:
        tr_write_unsigned(out, *(const uint16_t *)slot);
        return;
    case TR_FIELD_u32:
        tr_write_unsigned(out, *(const uint32_t *)slot);
        return;
    case TR_FIELD_u64:
        tr_write_unsigned(out, *(const uint64_t *)slot);
        return;
    case TR_FIELD_i64:
        tr_write_integer(out, *(const int64_t *)slot);
        return;
    case TR_FIELD_f64:
        tr_write_float(out, *(const double *)slot);
        return;
    case TR_FIELD_boolean:
        tr_write_boolean(out, *(const bool *)slot);
        return;
    case TR_FIELD_address:
        tr_write_array(out, 2);
        tr_write_unsigned(out, ((const tr_address *)slot)->node);
        tr_write_unsigned(out, ((const tr_address *)slot)->actor);
        return;
    case TR_FIELD_text:
        tr_write_text(out, *(const tr_slice *)slot);
        return;
    case TR_FIELD_bytes:
        tr_write_bytes(out, *(const tr_slice *)slot);
        return;
    case TR_FIELD_frame:
        write_frame(out, *(tr_frame *const *)slot);
        return;
    }
    tr_never("unknown field kind");
}

// Room for the envelope's head and each field's tag and length.
enum { ENVELOPE_EXTRA_BYTES = 1024 };

static int check_slice(enum tr_field_kind kind, const tr_slice *slice)
{
    if (slice->size != 0 && slice->data == NULL)
        return TR_EINVALID;
    return kind == TR_FIELD_text && slice->size != 0 && !tr_scan_is_utf8(slice->data, slice->size)
               ? TR_EINVALID
               : 0;
}

int tr_message_check_body(const tr_message *self)
{
    size_t size = ENVELOPE_EXTRA_BYTES;
    for (unsigned i = 0; i < self->shape->field_count; i++) {
        const tr_field *field = &self->shape->fields[i];
        const void *slot = self->body + field->offset;
        if (has_bytes(field)) {
            const tr_slice *slice = slot;
            size += slice->size;
            if (size > TR_ENVELOPE_CAP_BYTES)
                return TR_ETOOBIG;
            int result = check_slice((enum tr_field_kind)field->kind, slice);
            if (result < 0)
                return result;
        } else if (field->kind == TR_FIELD_frame) {
            const tr_frame *frame = *(tr_frame *const *)slot;
            size += frame != NULL ? frame->size : 0;
        }
    }
    return size <= TR_ENVELOPE_CAP_BYTES ? 0 : TR_ETOOBIG;
}

void tr_message_encode(const tr_message *self, tr_buf *out)
{
    const tr_shape *shape = self->shape;
    tr_write_array(out, shape->field_count);
    for (unsigned i = 0; i < shape->field_count; i++) {
        const tr_field *field = &shape->fields[i];
        write_field(out, (enum tr_field_kind)field->kind, self->body + field->offset);
    }
}

// While it is packed, a message's `next` is the length of all of it, and where its struct has a
// frame stands the size of that.
enum { PACK_ALIGNMENT = 16 };

static void pack_frames(tr_message *self, unsigned char *to)
{
    for (unsigned i = 0; i < self->shape->field_count; i++) {
        const tr_field *field = &self->shape->fields[i];
        if (field->kind != TR_FIELD_frame)
            continue;
        void *slot = self->body + field->offset;
        tr_frame *frame = *(tr_frame **)slot;
        uintptr_t size = frame != NULL ? frame->size : 0;
        if (size != 0)
            memcpy(to, tr_frame_data(frame), size);
        memcpy(slot, &size, sizeof size);
        to += size;
    }
}

void tr_message_pack(const tr_message *self, tr_buf *out)
{
    const tr_shape *shape = self->shape;
    size_t size = block_size(shape, self->body);
    size_t frames = frames_size(shape, self->body);
    tr_must(size <= UINT32_MAX && out->size % PACK_ALIGNMENT == 0);
    size_t length = (size + frames + PACK_ALIGNMENT - 1) / PACK_ALIGNMENT * PACK_ALIGNMENT;
    tr_message *packed = (void *)tr_buf_reserve(out, length);
    // Field by field: what was just written so is slow to read in one piece.
    memcpy(&packed->next, &length, sizeof length);
    packed->to = self->to;
    packed->from = self->from;
    packed->correlation = self->correlation;
    packed->shape = shape;
    packed->flags = self->flags;
    packed->size = (uint32_t)size;
    lay_out_body(packed, shape, self->body);
    if (frames != 0)
        pack_frames(packed, (unsigned char *)packed + size);
    out->size += length;
}

static int unpack_frame(void *slot, const unsigned char **at, const unsigned char *end)
{
    uintptr_t size;
    memcpy(&size, slot, sizeof size);
    tr_must(size <= (size_t)(end - *at));
    tr_frame *frame = size != 0 ? tr_frame_try_new(size) : NULL;
    if (frame != NULL) {
        memcpy(tr_frame_data(frame), *at, size);
        frame->size = (uint32_t)size;
    }
    *(tr_frame **)slot = frame;
    *at += size;
    return frame == NULL && size != 0 ? TR_ESYSTEM : 0;
}

// What the struct points to lies elsewhere now. Goes on after a failure, so that it can be freed.
static int point_again(tr_message *self, const unsigned char *frames, const unsigned char *end)
{
    int result = 0;
    char *tail = (char *)self->body + self->shape->size;
    for (unsigned i = 0; i < self->shape->field_count; i++) {
        const tr_field *field = &self->shape->fields[i];
        void *slot = self->body + field->offset;
        if (has_bytes(field)) {
            ((tr_slice *)slot)->data = tail;
            tail += ((tr_slice *)slot)->size;
        } else if (field->kind == TR_FIELD_frame && unpack_frame(slot, &frames, end) < 0) {
            result = TR_ESYSTEM;
        }
    }
    tr_must(tail == (char *)self + self->size);
    return result;
}

int tr_message_unpack(const void *bytes, size_t size, size_t *out_length, tr_message **out)
{
    tr_message head;
    tr_must(size >= sizeof head);
    memcpy(&head, bytes, sizeof head);
    size_t length;
    memcpy(&length, &head.next, sizeof length);
    tr_must(length <= size && head.size >= sizeof head + head.shape->size && head.size <= length);
    *out_length = length;
    if (length > TR_ENVELOPE_CAP_BYTES)
        return TR_ETOOBIG;
    tr_message *self = tr_block_try_alloc(head.size + TAG_SIZE);
    if (self == NULL)
        return TR_ESYSTEM;
    memcpy(self, bytes, head.size);
    self->next = NULL;
    set_tag(self, TR_TAG_MESSAGE);
    tr_live_born(message);
    const unsigned char *packed = bytes;
    if (point_again(self, packed + head.size, packed + length) < 0) {
        tr_message_free(self);
        return TR_ESYSTEM;
    }
    *out = self;
    return 0;
}

void tr_message_view_sent(tr_message *self)
{
    drop_frames(self->shape, self->body);
}

void tr_message_free(tr_message *self)
{
    if (self == NULL)
        return;
    tr_message_check(self);
    tr_live_gone(message);
    drop_frames(self->shape, self->body);
    tr_block_free(self, self->size + TAG_SIZE);
}

tr_frame *tr_message_take_frame(tr_frame *const *field)
{
    // TR_BODY lends a const view of a block that is ours to change.
    tr_frame **slot = (tr_frame **)(uintptr_t)field;
    tr_frame *frame = *slot;
    *slot = NULL;
    return frame;
}

static void print_field(tr_buf *out, enum tr_field_kind kind, const void *slot)
{
    switch (kind) {
    case TR_FIELD_u16:
        tr_buf_printf(out, "%u", *(const uint16_t *)slot);
        return;
    case TR_FIELD_u32:
        tr_buf_printf(out, "%" PRIu32, *(const uint32_t *)slot);
        return;
    case TR_FIELD_u64:
        tr_buf_printf(out, "%" PRIu64, *(const uint64_t *)slot);
        return;
    case TR_FIELD_i64:
        tr_buf_printf(out, "%" PRId64, *(const int64_t *)slot);
        return;
    case TR_FIELD_f64:
        tr_buf_printf(out, "%g", *(const double *)slot);
        return;
    case TR_FIELD_boolean:
        tr_buf_printf(out, "%s", *(const bool *)slot ? "true" : "false");
        return;
    case TR_FIELD_address:
        tr_buf_printf(out, "%" PRIx64 ":%" PRIx64, ((const tr_address *)slot)->node,
                      ((const tr_address *)slot)->actor);
        return;
    case TR_FIELD_text: {
        const tr_slice *text = slot;
        tr_buf_printf(out, "%s", tr_log_quote(text->data, text->size));
        return;
    }
    case TR_FIELD_bytes:
        tr_buf_printf(out, "%" PRIu32 "B", ((const tr_slice *)slot)->size);
        return;
    case TR_FIELD_frame: {
        const tr_frame *frame = *(tr_frame *const *)slot;
        tr_buf_printf(out, "%" PRIu32 "B", frame != NULL ? frame->size : 0);
        return;
    }
    }
    tr_never("unknown field kind");
}

void tr_message_print(const tr_message *self, tr_buf *out)
{
    const tr_shape *shape = self->shape;
    tr_buf_printf(out, "%s{", shape->name);
    for (unsigned i = 0; i < shape->field_count; i++) {
        const tr_field *field = &shape->fields[i];
        tr_buf_printf(out, "%s%s=", i != 0 ? " " : "", field->name);
        print_field(out, (enum tr_field_kind)field->kind, self->body + field->offset);
    }
    tr_buf_append(out, "}", 1);
}
