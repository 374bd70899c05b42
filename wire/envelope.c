#include "wire/envelope.h"

#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/load.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum {
    ENVELOPE_FIELDS = 6,
    BATCH_FIELDS = 10,
    BATCH_FIELDS_MIN = 6, // of every version
    U32_SIZE = 5,
    U64_SIZE = 9,
    BATCH_HEAD_SIZE = 1 + 3 * U32_SIZE + 7 * U64_SIZE,
    ENVELOPE_HEAD_SIZE = 1 + 4 * U64_SIZE + 2 * U32_SIZE,
    LENGTH_SIZE = U32_SIZE
};

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    *at = 0xce;
    tr_store_u32(at + 1, value);
    return at + U32_SIZE;
}

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
    *at = 0xcf;
    tr_store_u64(at + 1, value);
    return at + U64_SIZE;
}

static void put_batch_head(uint8_t *at, const tr_batch_head *head)
{
    *at++ = 0x90 | BATCH_FIELDS;
    at = put_u32(at, head->protocol);
    at = put_u64(at, head->from_node);
    at = put_u32(at, head->from_core);
    at = put_u64(at, head->to_node);
    at = put_u64(at, head->sequence);
    at = put_u64(at, head->acknowledged);
    at = put_u64(at, head->incarnation);
    at = put_u64(at, head->peer_incarnation);
    at = put_u64(at, head->over);
    put_u32(at, head->to_core);
}

void tr_batch_head_append(tr_buf *out, const tr_batch_head *head)
{
    put_batch_head(tr_buf_reserve(out, BATCH_HEAD_SIZE), head);
    out->size += BATCH_HEAD_SIZE;
}

void tr_batch_head_rewrite(tr_buf *out, size_t at, const tr_batch_head *head)
{
    tr_must(at <= out->size && out->size - at >= BATCH_HEAD_SIZE);
    put_batch_head(out->data + at, head);
}

size_t tr_batch_head_size(void)
{
    return BATCH_HEAD_SIZE;
}

void tr_batch_append(tr_buf *out, const tr_message *message)
{
    uint8_t *at = tr_buf_reserve(out, LENGTH_SIZE + ENVELOPE_HEAD_SIZE) + LENGTH_SIZE;
    *at++ = 0x90 | ENVELOPE_FIELDS;
    at = put_u64(at, message->to.actor);
    at = put_u64(at, message->from.node);
    at = put_u64(at, message->from.actor);
    at = put_u32(at, message->shape->type);
    at = put_u32(at, message->flags);
    put_u64(at, message->correlation);
    size_t start = out->size;
    out->size += LENGTH_SIZE + ENVELOPE_HEAD_SIZE;
    tr_message_encode(message, out);
    size_t size = out->size - start - LENGTH_SIZE;
    tr_must(size <= UINT32_MAX);
    put_u32(out->data + start, (uint32_t)size);
}

static int end_here(tr_batch_reader *self, int rc)
{
    self->at = self->end;
    return rc;
}

int tr_batch_open(tr_batch_reader *self, const void *bytes, size_t size, tr_batch_head *out_head)
{
    const uint8_t *at = bytes;
    *self = (tr_batch_reader){at, size != 0 ? at + size : at};
    tr_reader reader = {self->at, self->end, false};
    tr_batch_head head = {0};
    uint32_t count = tr_reader_array(&reader);
    uint64_t protocol = tr_reader_unsigned(&reader);
    head.from_node = tr_reader_unsigned(&reader);
    uint64_t from_core = tr_reader_unsigned(&reader);
    head.to_node = tr_reader_unsigned(&reader);
    head.sequence = tr_reader_unsigned(&reader);
    head.acknowledged = tr_reader_unsigned(&reader);
    if (count > BATCH_FIELDS_MIN)
        head.incarnation = tr_reader_unsigned(&reader);
    if (count > BATCH_FIELDS_MIN + 1)
        head.peer_incarnation = tr_reader_unsigned(&reader);
    if (count > BATCH_FIELDS_MIN + 2)
        head.over = tr_reader_unsigned(&reader);
    uint64_t to_core = count > BATCH_FIELDS_MIN + 3 ? tr_reader_unsigned(&reader) : 0;
    for (uint32_t i = BATCH_FIELDS; i < count && !reader.failed; i++)
        (void)tr_reader_skip(&reader); // a newer sender's fields
    if (reader.failed || count < BATCH_FIELDS_MIN || protocol > UINT32_MAX ||
        from_core > UINT32_MAX || to_core > UINT32_MAX)
        return end_here(self, TR_EMALFORMED);
    head.protocol = (uint32_t)protocol;
    head.from_core = (uint32_t)from_core;
    head.to_core = (uint32_t)to_core;
    *out_head = head;
    if (head.protocol != TR_BUS_PROTOCOL)
        return end_here(self, TR_EPROTOCOL);
    self->at = reader.at;
    return 0;
}

// The fixed form of a number, or failure: an envelope's head has no other.
static uint64_t fixed_u64(tr_reader *reader)
{
    if (reader->end - reader->at < U64_SIZE || *reader->at != 0xcf) {
        reader->failed = true;
        return 0;
    }
    uint64_t value = tr_load_u64(reader->at + 1);
    reader->at += U64_SIZE;
    return value;
}

static uint32_t fixed_u32(tr_reader *reader)
{
    if (reader->end - reader->at < U32_SIZE || *reader->at != 0xce) {
        reader->failed = true;
        return 0;
    }
    uint32_t value = tr_load_u32(reader->at + 1);
    reader->at += U32_SIZE;
    return value;
}

typedef struct envelope_head {
    uint64_t to_actor;
    tr_address from;
    uint64_t correlation;
    uint32_t type;
    uint32_t flags;
} envelope_head;

// Where each number's tag stands in a head with our own fields alone.
enum {
    AT_TO = 1,
    AT_FROM_NODE = AT_TO + U64_SIZE,
    AT_FROM_ACTOR = AT_FROM_NODE + U64_SIZE,
    AT_TYPE = AT_FROM_ACTOR + U64_SIZE,
    AT_FLAGS = AT_TYPE + U32_SIZE,
    AT_CORRELATION = AT_FLAGS + U32_SIZE
};

// As everybody of this version writes it: one look, no steps. False: read it field by field.
static bool read_head_at_once(tr_reader *reader, envelope_head *out)
{
    const uint8_t *at = reader->at;
    if (reader->end - at < ENVELOPE_HEAD_SIZE || at[0] != (0x90 | ENVELOPE_FIELDS) ||
        at[AT_TO] != 0xcf || at[AT_FROM_NODE] != 0xcf || at[AT_FROM_ACTOR] != 0xcf ||
        at[AT_TYPE] != 0xce || at[AT_FLAGS] != 0xce || at[AT_CORRELATION] != 0xcf)
        return false;
    out->to_actor = tr_load_u64(at + AT_TO + 1);
    out->from.node = tr_load_u64(at + AT_FROM_NODE + 1);
    out->from.actor = tr_load_u64(at + AT_FROM_ACTOR + 1);
    out->type = tr_load_u32(at + AT_TYPE + 1);
    out->flags = tr_load_u32(at + AT_FLAGS + 1);
    out->correlation = tr_load_u64(at + AT_CORRELATION + 1);
    reader->at = at + ENVELOPE_HEAD_SIZE;
    return true;
}

static int read_head(tr_reader *reader, envelope_head *out)
{
    uint32_t count = tr_reader_array(reader);
    if (count < ENVELOPE_FIELDS)
        return TR_EMALFORMED;
    out->to_actor = fixed_u64(reader);
    out->from.node = fixed_u64(reader);
    out->from.actor = fixed_u64(reader);
    out->type = fixed_u32(reader);
    out->flags = fixed_u32(reader);
    out->correlation = fixed_u64(reader);
    for (uint32_t i = ENVELOPE_FIELDS; i < count && !reader->failed; i++)
        (void)tr_reader_skip(reader); // a newer sender's fields
    return reader->failed ? TR_EMALFORMED : 0;
}

static int read_body(const envelope_head *head, const tr_reader *reader, tr_message **out)
{
    tr_message *message;
    int rc =
        tr_message_decode(head->type, reader->at, (size_t)(reader->end - reader->at), &message);
    if (rc < 0)
        return rc;
    message->to.actor = head->to_actor;
    message->from = head->from;
    message->correlation = head->correlation;
    message->flags = head->flags;
    *out = message;
    return 1;
}

int tr_batch_next(tr_batch_reader *self, tr_message **out)
{
    if (self->at == self->end)
        return 0;
    tr_reader reader = {self->at, self->end, false};
    uint32_t size = fixed_u32(&reader);
    if (reader.failed || size > (size_t)(reader.end - reader.at))
        return end_here(self, TR_EMALFORMED);
    self->at = reader.at + size;
    if (size > TR_ENVELOPE_CAP_BYTES)
        return TR_ETOOBIG;
    reader.end = self->at;
    envelope_head head;
    int rc = read_head_at_once(&reader, &head) ? 0 : read_head(&reader, &head);
    return rc < 0 ? rc : read_body(&head, &reader, out);
}
