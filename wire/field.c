#include "wire/field.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "base/packet.h"
#include "troupe/err.h"
#include "wire/address.h"
#include "wire/scan.h"
#include "wire/writer.h"

static int read_packet(tr_reader *reader, tr_packet **out)
{
    tr_slice bytes = tr_reader_bytes(reader);
    if (bytes.size == 0)
        return 0;
    tr_packet *packet = tr_packet_try_new(bytes.size);
    if (packet == NULL)
        return TR_ESYSTEM;
    memcpy(tr_packet_data(packet), bytes.data, bytes.size);
    packet->size = bytes.size;
    *out = packet;
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

static int read_list(tr_reader *reader, tr_slice *out)
{
    if (tr_reader_peek(reader) != TR_KIND_ARRAY)
        return TR_EMALFORMED;
    *out = tr_reader_skip(reader);
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
    case TR_FIELD_packet:
        return read_packet(reader, slot);
    case TR_FIELD_list:
        return read_list(reader, slot);
    }
    tr_never("unknown field kind");
}

int tr_fields_read(tr_reader *in, const tr_field *fields, unsigned count, unsigned required,
                   void *out_body)
{
    uint32_t there = tr_reader_array(in);
    if (there < required)
        return TR_EMALFORMED;
    for (uint32_t i = 0; i < there && !in->failed; i++) {
        if (i >= count) {
            (void)tr_reader_skip(in); // only its end matters
            continue;
        }
        void *slot = (unsigned char *)out_body + fields[i].offset;
        int rc = read_field(in, (enum tr_field_kind)fields[i].kind, slot);
        if (rc < 0)
            return rc;
    }
    return in->failed ? TR_EMALFORMED : 0;
}

static void write_packet(tr_buf *out, tr_packet *packet)
{
    tr_slice bytes = {0};
    if (packet != NULL)
        bytes = (tr_slice){(const char *)tr_packet_data(packet), packet->size};
    tr_write_bytes(out, bytes);
}

static void write_list(tr_buf *out, tr_slice list)
{
    if (list.size == 0)
        tr_write_array(out, 0);
    else
        tr_write_raw(out, list);
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
    case TR_FIELD_packet:
        write_packet(out, *(tr_packet *const *)slot);
        return;
    case TR_FIELD_list:
        write_list(out, *(const tr_slice *)slot);
        return;
    }
    tr_never("unknown field kind");
}

void tr_fields_write(tr_buf *out, const tr_field *fields, unsigned count, const void *body)
{
    tr_write_array(out, count);
    for (unsigned i = 0; i < count; i++)
        write_field(out, (enum tr_field_kind)fields[i].kind,
                    (const unsigned char *)body + fields[i].offset);
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
    case TR_FIELD_list:
        tr_buf_printf(out, "%" PRIu32 "B", ((const tr_slice *)slot)->size);
        return;
    case TR_FIELD_packet: {
        const tr_packet *packet = *(tr_packet *const *)slot;
        tr_buf_printf(out, "%" PRIu32 "B", packet != NULL ? packet->size : 0);
        return;
    }
    }
    tr_never("unknown field kind");
}

void tr_fields_print(tr_buf *out, const tr_field *fields, unsigned count, const void *body)
{
    for (unsigned i = 0; i < count; i++) {
        tr_buf_printf(out, "%s%s=", i != 0 ? " " : "", fields[i].name);
        print_field(out, (enum tr_field_kind)fields[i].kind,
                    (const unsigned char *)body + fields[i].offset);
    }
}
