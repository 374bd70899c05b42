#include "wire/message.h"

#include "base/block.h"
#include "base/live.h"
#include "base/must.h"
#include "base/tag.h"
#include "troupe/err.h"
#include "wire/field.h"
#include "wire/limits.h"
#include "wire/scan.h"

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

static size_t block_size(const tr_shape *shape, const unsigned char *body)
{
    size_t size = sizeof(tr_message) + shape->size;
    for (unsigned i = 0; i < shape->field_count; i++) {
        const tr_field *field = &shape->fields[i];
        if (tr_field_is_slice(field))
            size += ((const tr_slice *)(const void *)(body + field->offset))->size;
    }
    return size;
}

static size_t packets_size(const tr_shape *shape, const unsigned char *body)
{
    size_t size = 0;
    for (unsigned i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind != TR_FIELD_packet)
            continue;
        const tr_packet *packet =
            *(tr_packet *const *)(const void *)(body + shape->fields[i].offset);
        size += packet != NULL ? packet->size : 0;
    }
    return size;
}

size_t tr_message_content_size(const tr_shape *shape, const void *body)
{
    return block_size(shape, body) - sizeof(tr_message) - shape->size + packets_size(shape, body);
}

size_t tr_message_memory_size(const tr_message *self)
{
    return self->size + packets_size(self->shape, self->body);
}

// Copies the struct into the block and the bytes of its slices behind it. The head is the caller's.
static void lay_out_body(tr_message *self, const tr_shape *shape, const unsigned char *body)
{
    memcpy(self->body, body, shape->size);
    char *tail = (char *)self->body + shape->size;
    for (unsigned i = 0; i < shape->field_count; i++) {
        const tr_field *field = &shape->fields[i];
        if (!tr_field_is_slice(field))
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

static void drop_packets(const tr_shape *shape, unsigned char *body)
{
    for (unsigned i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind == TR_FIELD_packet)
            tr_packet_unref(*(tr_packet **)(void *)(body + shape->fields[i].offset));
    }
}

static int read_body(tr_slice bytes, const tr_shape *shape, unsigned char *body)
{
    tr_reader in = tr_reader_of(bytes);
    int rc = tr_fields_read(&in, shape->fields, shape->field_count, 0, body);
    return rc == 0 && !tr_reader_at_end(&in) ? TR_EMALFORMED : rc;
}

int tr_message_read(unsigned type, const void *bytes, size_t size, void *out_body)
{
    const tr_shape *shape = tr_shape_find(type);
    if (shape == NULL)
        return TR_ENOTFOUND;
    for (unsigned i = 0; i < shape->field_count; i++)
        if (shape->fields[i].kind == TR_FIELD_packet)
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
        drop_packets(shape, body.bytes);
        return rc != 0 ? rc : TR_ESYSTEM;
    }
    *out = fill(block, total, shape, body.bytes);
    return 0;
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
        if (tr_field_is_slice(field)) {
            const tr_slice *slice = slot;
            size += slice->size;
            if (size > TR_ENVELOPE_CAP_BYTES)
                return TR_ETOOBIG;
            int result = check_slice((enum tr_field_kind)field->kind, slice);
            if (result < 0)
                return result;
        } else if (field->kind == TR_FIELD_packet) {
            const tr_packet *packet = *(tr_packet *const *)slot;
            size += packet != NULL ? packet->size : 0;
        }
    }
    return size <= TR_ENVELOPE_CAP_BYTES ? 0 : TR_ETOOBIG;
}

void tr_message_encode(const tr_message *self, tr_buf *out)
{
    tr_fields_write(out, self->shape->fields, self->shape->field_count, self->body);
}

// While it is packed, a message's `next` is the length of all of it, and where its struct has a
// packet stands the size of that.
enum { PACK_ALIGNMENT = 16 };

static void pack_packets(tr_message *self, unsigned char *to)
{
    for (unsigned i = 0; i < self->shape->field_count; i++) {
        const tr_field *field = &self->shape->fields[i];
        if (field->kind != TR_FIELD_packet)
            continue;
        void *slot = self->body + field->offset;
        tr_packet *packet = *(tr_packet **)slot;
        uintptr_t size = packet != NULL ? packet->size : 0;
        if (size != 0)
            memcpy(to, tr_packet_data(packet), size);
        memcpy(slot, &size, sizeof size);
        to += size;
    }
}

void tr_message_pack(const tr_message *self, tr_buf *out)
{
    const tr_shape *shape = self->shape;
    size_t size = block_size(shape, self->body);
    size_t packets = packets_size(shape, self->body);
    tr_must(size <= UINT32_MAX && out->size % PACK_ALIGNMENT == 0);
    size_t length = (size + packets + PACK_ALIGNMENT - 1) / PACK_ALIGNMENT * PACK_ALIGNMENT;
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
    if (packets != 0)
        pack_packets(packed, (unsigned char *)packed + size);
    out->size += length;
}

static int unpack_packet(void *slot, const unsigned char **at, const unsigned char *end)
{
    uintptr_t size;
    memcpy(&size, slot, sizeof size);
    tr_must(size <= (size_t)(end - *at));
    tr_packet *packet = size != 0 ? tr_packet_try_new(size) : NULL;
    if (packet != NULL) {
        memcpy(tr_packet_data(packet), *at, size);
        packet->size = (uint32_t)size;
    }
    *(tr_packet **)slot = packet;
    *at += size;
    return packet == NULL && size != 0 ? TR_ESYSTEM : 0;
}

// The memory that the struct points to lies elsewhere now. Goes on after a failure, so that it can
// be freed.
static int point_again(tr_message *self, const unsigned char *packets, const unsigned char *end)
{
    int result = 0;
    char *tail = (char *)self->body + self->shape->size;
    for (unsigned i = 0; i < self->shape->field_count; i++) {
        const tr_field *field = &self->shape->fields[i];
        void *slot = self->body + field->offset;
        if (tr_field_is_slice(field)) {
            ((tr_slice *)slot)->data = tail;
            tail += ((tr_slice *)slot)->size;
        } else if (field->kind == TR_FIELD_packet && unpack_packet(slot, &packets, end) < 0) {
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
    drop_packets(self->shape, self->body);
}

void tr_message_free(tr_message *self)
{
    if (self == NULL)
        return;
    tr_message_check(self);
    tr_live_gone(message);
    drop_packets(self->shape, self->body);
    tr_block_free(self, self->size + TAG_SIZE);
}

tr_packet *tr_message_take_packet(tr_packet *const *field)
{
    // TR_BODY lends a const view of a block that is ours to change.
    tr_packet **slot = (tr_packet **)(uintptr_t)field;
    tr_packet *packet = *slot;
    *slot = NULL;
    return packet;
}

void tr_message_print(const tr_message *self, tr_buf *out)
{
    tr_buf_printf(out, "%s{", self->shape->name);
    tr_fields_print(out, self->shape->fields, self->shape->field_count, self->body);
    tr_buf_append(out, "}", 1);
}
