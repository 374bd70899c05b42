#include "wire/flet.h"

#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum value_kind { VALUE_ID, VALUE_TEXT, VALUE_TEXT_OR_NIL, VALUE_MAP, VALUE_ANY };

// A key that a body must have, exactly once, and where its value goes.
typedef struct body_key {
    tr_slice name;
    enum value_kind kind;
    uint32_t cap_bytes; // of a text
    size_t offset;      // in tr_flet_packet
} body_key;

#define KEY(name, kind, cap_bytes, field)                                                          \
    {                                                                                              \
        {(name), sizeof(name) - 1}, (kind), (cap_bytes), offsetof(tr_flet_packet, field)           \
    }

static const body_key register_keys[] = {
    KEY("session_id", VALUE_TEXT_OR_NIL, TR_SESSION_ID_CAP_BYTES, session_id),
    KEY("page_name", VALUE_TEXT, TR_PAGE_NAME_CAP_BYTES, page_name),
    KEY("page", VALUE_MAP, 0, page),
};

static const body_key event_keys[] = {
    KEY("target", VALUE_ID, 0, target),
    KEY("name", VALUE_TEXT, TR_EVENT_NAME_CAP_BYTES, name),
    KEY("data", VALUE_ANY, 0, value),
};

static const body_key update_keys[] = {
    KEY("id", VALUE_ID, 0, target),
    KEY("props", VALUE_MAP, 0, value),
};

static const body_key result_keys[] = {
    KEY("control_id", VALUE_ID, 0, target),
    KEY("call_id", VALUE_TEXT, TR_CALL_ID_CAP_BYTES, call_id),
    KEY("result", VALUE_ANY, 0, value),
    KEY("error", VALUE_TEXT_OR_NIL, TR_BROWSER_PACKET_CAP_BYTES, error),
};

// The fields that a browser may send, by action.
typedef struct body_form {
    const body_key *keys;
    unsigned key_count;
} body_form;

#define FORM(keys)                                                                                 \
    {                                                                                              \
        (keys), sizeof(keys) / sizeof(keys)[0]                                                     \
    }

static const body_form forms[] = {
    [TR_FLET_REGISTER] = FORM(register_keys),
    [TR_FLET_EVENT] = FORM(event_keys),
    [TR_FLET_UPDATE] = FORM(update_keys),
    [TR_FLET_INVOKE] = FORM(result_keys),
};

static bool read_id(tr_reader *reader, uint32_t *out)
{
    int64_t id = tr_reader_integer(reader);
    if (reader->failed || id < 0 || id > INT32_MAX)
        return false;
    *out = (uint32_t)id;
    return true;
}

static bool read_text(tr_reader *reader, uint32_t cap_bytes, tr_slice *out)
{
    *out = tr_reader_text(reader);
    return !reader->failed && out->size <= cap_bytes;
}

static bool read_value(tr_reader *reader, const body_key *key, tr_flet_packet *out)
{
    void *slot = (char *)out + key->offset;
    switch (key->kind) {
    case VALUE_ID:
        return read_id(reader, slot);
    case VALUE_TEXT_OR_NIL:
        return tr_reader_nil(reader) || read_text(reader, key->cap_bytes, slot);
    case VALUE_TEXT:
        return read_text(reader, key->cap_bytes, slot);
    case VALUE_MAP:
        if (tr_reader_peek(reader) != TR_KIND_MAP)
            return false;
        break;
    case VALUE_ANY:
        break;
    }
    *(tr_slice *)slot = tr_reader_skip(reader);
    return !reader->failed;
}

// Clients send the keys in the order of our table, so the guess is nearly always right.
static int find_key(const body_form *form, unsigned guess, tr_slice name)
{
    if (tr_slice_equal(form->keys[guess].name, name))
        return (int)guess;
    for (unsigned at = 0; at < form->key_count; at++) {
        if (tr_slice_equal(form->keys[at].name, name))
            return (int)at;
    }
    return -1;
}

static bool read_body(tr_reader *reader, const body_form *form, tr_flet_packet *out)
{
    // As many keys as there must be, each known and none twice: so none is missing.
    if (tr_reader_map(reader) != form->key_count)
        return false;
    unsigned seen = 0;
    for (unsigned i = 0; i < form->key_count; i++) {
        int at = find_key(form, i, tr_reader_text(reader));
        if (at < 0 || (seen & 1u << at) != 0)
            return false;
        seen |= 1u << at;
        if (!read_value(reader, &form->keys[at], out))
            return false;
    }
    return true;
}

static void store_u32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t load_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// `01 <id u32 LE> <bytes>`
static int read_channel(const uint8_t *at, size_t size, tr_flet_packet *out)
{
    if (size < 5)
        return 1;
    uint32_t id = load_u32(at + 1);
    if (id > INT32_MAX)
        return 1;
    *out = (tr_flet_packet){.action = TR_FLET_CHANNEL,
                            .target = id,
                            .bytes = {(const char *)at + 5, (uint32_t)(size - 5)}};
    return 0;
}

void tr_flet_write_head(uint8_t out[TR_FLET_HEAD_BYTES], uint32_t number, uint32_t seen)
{
    out[0] = TR_FLET_TROUPE;
    out[1] = TR_FLET_OWN_NUMBERED;
    store_u32(out + 2, number);
    store_u32(out + 6, seen);
}

void tr_flet_write_seen(uint8_t out[TR_FLET_SEEN_BYTES], uint32_t seen)
{
    out[0] = TR_FLET_TROUPE;
    out[1] = TR_FLET_OWN_SEEN;
    store_u32(out + 2, seen);
}

static int read_numbered(const uint8_t *at, size_t size, tr_flet_packet *out)
{
    if (size <= TR_FLET_HEAD_BYTES || at[TR_FLET_HEAD_BYTES] == TR_FLET_TROUPE)
        return TR_EPROTOCOL;
    uint32_t number = load_u32(at + 2);
    int result =
        number != 0 ? tr_flet_read(at + TR_FLET_HEAD_BYTES, size - TR_FLET_HEAD_BYTES, out) : 0;
    if (number == 0 || result > 0) // a number that nothing uses up would leave a hole
        return TR_EPROTOCOL;
    if (result == 0) {
        out->number = number;
        out->seen = load_u32(at + 6);
    }
    return result;
}

static int read_own(const uint8_t *at, size_t size, tr_flet_packet *out)
{
    if (size >= 2 && at[1] == TR_FLET_OWN_NUMBERED)
        return read_numbered(at, size, out);
    if (size == 2 && at[1] == TR_FLET_OWN_PING) {
        *out = (tr_flet_packet){.action = TR_FLET_PING};
        return 0;
    }
    if (size == TR_FLET_SEEN_BYTES && at[1] == TR_FLET_OWN_SEEN) {
        *out = (tr_flet_packet){.action = TR_FLET_SEEN, .seen = load_u32(at + 2)};
        return 0;
    }
    return 1;
}

bool tr_flet_page_resume(tr_slice page, tr_flet_resume *out)
{
    tr_reader in = tr_reader_find(page, "resume");
    if (tr_reader_peek(&in) != TR_KIND_ARRAY || tr_reader_array(&in) != 3)
        return false;
    uint64_t document = tr_reader_unsigned(&in);
    uint64_t first = tr_reader_unsigned(&in);
    uint64_t seen = tr_reader_unsigned(&in);
    if (in.failed || document == 0 || first == 0 || first > UINT32_MAX || seen > UINT32_MAX)
        return false;
    *out = (tr_flet_resume){document, (uint32_t)first, (uint32_t)seen};
    return true;
}

int tr_flet_read(const void *bytes, size_t size, tr_flet_packet *out)
{
    const uint8_t *at = bytes;
    if (size == 0)
        return 1;
    if (size > TR_BROWSER_PACKET_CAP_BYTES)
        return TR_ETOOBIG;
    if (at[0] == TR_FLET_TROUPE)
        return read_own(at, size, out);
    if (at[0] == 0x92) // an array of two: a client before 0.86, which has no type byte
        return TR_EPROTOCOL;
    if (at[0] == TR_FLET_DATA_CHANNEL)
        return read_channel(at, size, out);
    if (at[0] != TR_FLET_PACKET)
        return 1;
    int rc = tr_scan(at + 1, size - 1);
    if (rc < 0)
        return rc;
    tr_reader reader = {at + 1, at + size, false};
    tr_flet_packet packet = {0};
    if (tr_reader_array(&reader) != 2)
        return TR_EPROTOCOL;
    uint64_t action = tr_reader_unsigned(&reader);
    if (action >= sizeof forms / sizeof forms[0] || forms[action].keys == NULL)
        return TR_EPROTOCOL;
    packet.action = (enum tr_flet_action)action;
    if (!read_body(&reader, &forms[action], &packet))
        return TR_EPROTOCOL;
    *out = packet;
    return 0;
}

int tr_flet_page_has(tr_slice page, const char *key)
{
    tr_reader value = tr_reader_find(page, key);
    return tr_reader_peek(&value) == TR_KIND_INTEGER || tr_reader_boolean(&value);
}

static void open_packet(tr_buf *out, enum tr_flet_action action, uint32_t key_count)
{
    static const uint8_t type = TR_FLET_PACKET;
    tr_buf_append(out, &type, 1);
    tr_write_array(out, 2);
    tr_write_unsigned(out, action);
    tr_write_map(out, key_count);
}

static void write_text(tr_buf *out, const char *key, tr_slice value)
{
    tr_write_literal(out, key);
    tr_write_text(out, value);
}

static void write_text_or_nil(tr_buf *out, const char *key, tr_slice value)
{
    tr_write_literal(out, key);
    if (value.size != 0)
        tr_write_text(out, value);
    else
        tr_write_nil(out);
}

static void write_id(tr_buf *out, const char *key, uint32_t value)
{
    tr_write_literal(out, key);
    tr_write_unsigned(out, value);
}

static void write_any(tr_buf *out, const char *key, tr_slice encoded)
{
    tr_write_literal(out, key);
    if (encoded.size != 0)
        tr_write_raw(out, encoded);
    else
        tr_write_nil(out);
}

static void write_map(tr_buf *out, const char *key, tr_slice encoded)
{
    tr_write_literal(out, key);
    if (encoded.size != 0)
        tr_write_raw(out, encoded);
    else
        tr_write_map(out, 0);
}

void tr_flet_write_register(tr_buf *out, tr_slice session_id, tr_slice page_patch, tr_slice error)
{
    open_packet(out, TR_FLET_REGISTER, 3);
    write_text(out, "session_id", session_id);
    write_map(out, "page_patch", page_patch);
    write_text(out, "error", error);
}

void tr_flet_write_counted(tr_buf *out, tr_slice session_id, tr_slice page_patch, uint32_t taken,
                           uint32_t until)
{
    open_packet(out, TR_FLET_REGISTER, 5);
    write_text(out, "session_id", session_id);
    write_map(out, "page_patch", page_patch);
    write_text(out, "error", (tr_slice){0});
    write_id(out, "taken", taken);
    write_id(out, "until", until);
}

void tr_flet_write_invoke(tr_buf *out, uint32_t target, tr_slice call_id, tr_slice name,
                          tr_slice args)
{
    open_packet(out, TR_FLET_INVOKE, args.size != 0 ? 4 : 3);
    write_id(out, "control_id", target);
    write_text(out, "call_id", call_id);
    write_text(out, "name", name);
    if (args.size != 0)
        write_map(out, "args", args);
}

void tr_flet_write_crashed(tr_buf *out, tr_slice message)
{
    open_packet(out, TR_FLET_CRASHED, 1);
    write_text(out, "message", message);
}

void tr_flet_write_set(tr_buf *out, uint32_t target, tr_slice name, tr_slice value)
{
    open_packet(out, TR_FLET_PATCH, 2);
    write_id(out, "id", target);
    tr_write_literal(out, "patch");
    tr_write_array(out, 2);
    tr_write_array(out, 1); // the root of paths is the control
    tr_write_unsigned(out, 0);
    tr_write_array(out, 4);
    tr_write_unsigned(out, 0); // replace
    tr_write_unsigned(out, 0); // at the root
    tr_write_text(out, name);
    tr_write_raw(out, value);
}

void tr_flet_write_channel(tr_buf *out, uint32_t channel, tr_slice bytes)
{
    uint8_t head[5] = {TR_FLET_DATA_CHANNEL, (uint8_t)channel, (uint8_t)(channel >> 8),
                       (uint8_t)(channel >> 16), (uint8_t)(channel >> 24)};
    tr_buf_append(out, head, sizeof head);
    tr_buf_append(out, bytes.data, bytes.size);
}

void tr_flet_write_client_register(tr_buf *out, tr_slice session_id, tr_slice page_name,
                                   tr_slice page)
{
    open_packet(out, TR_FLET_REGISTER, 3);
    write_text_or_nil(out, "session_id", session_id);
    write_text(out, "page_name", page_name);
    write_map(out, "page", page);
}

void tr_flet_write_client_event(tr_buf *out, uint32_t target, tr_slice name, tr_slice data)
{
    open_packet(out, TR_FLET_EVENT, 3);
    write_id(out, "target", target);
    write_text(out, "name", name);
    write_any(out, "data", data);
}

void tr_flet_write_client_update(tr_buf *out, uint32_t target, tr_slice props)
{
    open_packet(out, TR_FLET_UPDATE, 2);
    write_id(out, "id", target);
    write_map(out, "props", props);
}

void tr_flet_write_client_result(tr_buf *out, uint32_t target, tr_slice call_id, tr_slice result,
                                 tr_slice error)
{
    open_packet(out, TR_FLET_INVOKE, 4);
    write_id(out, "control_id", target);
    write_text(out, "call_id", call_id);
    write_any(out, "result", result);
    write_text_or_nil(out, "error", error);
}
