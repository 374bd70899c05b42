#include "stranger.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/link.h"
#include "actors/pool/pool_thread.h"
#include "base/mem.h"
#include "base/random.h"
#include "sdk/session/call.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/session_file.h"
#include "sdk/session/session_record.h"
#include "sdk/tree/node_codec.h"
#include "sdk/tree/tree.h"
#include "wire/message.h"
#include "wire/writer.h"

enum { BYTES_CAP = 4096, DEPTH = 4, POOL_SLOTS = 4 };

uint64_t stranger_random(stranger *self, uint64_t below)
{
    return tr_random_next(&self->random) % below;
}

static bool chance(stranger *self, unsigned of)
{
    return stranger_random(self, of) == 0;
}

// -- what it knows --

static void know(stranger *self, tr_address who)
{
    if (tr_address_is_set(who) && self->known_count < STRANGER_KNOWS)
        self->known[self->known_count++] = who;
}

static void know_text(stranger *self, const char *text)
{
    if (self->text_count < STRANGER_KNOWS)
        snprintf(self->texts[self->text_count++], sizeof self->texts[0], "%s", text);
}

static void know_number(stranger *self, uint64_t number)
{
    if (self->number_count < STRANGER_KNOWS)
        self->numbers[self->number_count++] = number;
}

static void learn_of_session(stranger *self, tr_session *session)
{
    know(self, tr_actor_address(session->actor));
    know(self, session->connection);
    know_text(self, session->id);
    for (const tr_call *call = session->calls; call != NULL; call = call->next)
        know_number(self, call->number);
}

static void learn_encoded(stranger *self, tr_session *session)
{
    for (unsigned i = 0; i < 3; i++)
        self->encoded[i].size = 0;
    tr_node *page = tr_tree_find(session->tree, TR_ID_FIRST + (uint32_t)stranger_random(self, 40));
    if (page != NULL) {
        tr_write_array(&self->encoded[0], 1);
        tr_node_encode(page, tr_handler_name, &self->encoded[0]);
    }
    tr_session_save(session, &self->encoded[2]);
}

static void learn(stranger *self, tr_core *core)
{
    static const char *const words[] = {"",
                                        "number",
                                        "rows",
                                        "field",
                                        "row-1",
                                        "clock",
                                        "room",
                                        "talk",
                                        "/",
                                        "/detail",
                                        "click",
                                        "value",
                                        "label",
                                        "on_click",
                                        "key",
                                        "change",
                                        "route",
                                        "dismiss",
                                        "connect",
                                        "resize",
                                        "error",
                                        "rows_request",
                                        "hostile_add",
                                        "hostile_tick",
                                        "hostile_hold",
                                        "hostile_add_blocking",
                                        "tcp://127.0.0.1:9",
                                        "inproc://nobody",
                                        "data_channel_open"};
    self->core = core;
    self->known_count = self->text_count = self->number_count = 0;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        know_text(self, words[i]);
    for (uint64_t i = 0; i < 4; i++)
        know_number(self, core->next_correlation - i);
    const tr_sessions *sessions = tr_core_role(core, TR_ROLE_SLOT_SDK);
    unsigned nth = 0;
    uint64_t chosen = sessions->count != 0 ? stranger_random(self, sessions->count) : 0;
    for (tr_session *at = sessions->by_id; at != NULL && nth < 12; at = at->by_id.next, nth++) {
        learn_of_session(self, at);
        if (nth == chosen)
            learn_encoded(self, at);
    }
    for (uint32_t i = 0, tries = 0; tries < 48 && core->slot_count != 0; tries++) {
        i = (uint32_t)stranger_random(self, core->slot_count);
        if (core->actors[i] != NULL)
            know(self, tr_actor_address(core->actors[i]));
    }
}

// -- values --

static uint64_t number(stranger *self)
{
    static const uint64_t edges[] = {0,          1,          2,          3,           TR_SHARDS - 1,
                                     TR_SHARDS,  INT32_MAX,  UINT32_MAX, 1ull << 32,  INT64_MAX,
                                     UINT64_MAX, UINT16_MAX, 0x8000,     0x7fffffff8, 4400};
    switch (stranger_random(self, 4)) {
    case 0:
        return edges[stranger_random(self, sizeof edges / sizeof *edges)];
    case 1:
        return self->numbers[stranger_random(self, self->number_count)];
    case 2:
        return stranger_random(self, 64);
    default:
        return stranger_random(self, UINT64_MAX) >> stranger_random(self, 64);
    }
}

static double real(stranger *self)
{
    static const double edges[] = {0, -0.0, 1, -1, 1e308, -1e308, 5e-324, 0.1, 4294967296., 1e19};
    unsigned which = (unsigned)stranger_random(self, 13);
    return which < 10 ? edges[which] : which == 10 ? NAN : which == 11 ? INFINITY : -INFINITY;
}

static tr_address address(stranger *self)
{
    tr_core *core = self->core;
    uint64_t node = chance(self, 8) ? core->node ^ 1 : core->node;
    switch (stranger_random(self, 8)) {
    case 0:
        return TR_NOWHERE;
    case 1:
        return tr_address_of(node, core->index, (uint32_t)stranger_random(self, TR_SLOT_FIRST));
    case 2:
        return tr_address_of(node, core->index,
                             TR_SLOT_POOL | (uint32_t)stranger_random(self, POOL_SLOTS));
    case 3:
        return (tr_address){node, number(self)};
    default:
        return self->known_count != 0 ? self->known[stranger_random(self, self->known_count)]
                                      : TR_NOWHERE;
    }
}

// Texts and bytes of a message live here until it was made.
typedef struct words {
    tr_buf parts[16];
    unsigned count;
} words;

static tr_buf *part(words *self)
{
    return &self->parts[self->count++];
}

static tr_slice text(stranger *self, words *out)
{
    tr_buf *buf = part(out);
    if (chance(self, 16)) {
        size_t size = stranger_random(self, BYTES_CAP);
        memset(tr_buf_reserve(buf, size), 'a', size);
        buf->size = size;
    } else if (self->text_count != 0) {
        tr_buf_printf(buf, "%s", self->texts[stranger_random(self, self->text_count)]);
    }
    return tr_buf_slice(buf);
}

static void value(stranger *self, tr_buf *out, unsigned depth)
{
    uint32_t items = (uint32_t)stranger_random(self, 5);
    switch (stranger_random(self, depth < DEPTH ? 10 : 7)) {
    case 0:
        tr_write_nil(out);
        return;
    case 1:
        tr_write_boolean(out, chance(self, 2));
        return;
    case 2:
        tr_write_unsigned(out, number(self));
        return;
    case 3:
        tr_write_integer(out, (int64_t)number(self));
        return;
    case 4:
        tr_write_float(out, real(self));
        return;
    case 5:
        tr_write_literal(out, self->texts[stranger_random(self, self->text_count)]);
        return;
    case 6:
        tr_write_bytes(out, TR_SLICE("\x92\x01\xc0"));
        return;
    case 7:
    case 8:
        tr_write_array(out, items);
        for (uint32_t i = 0; i < items; i++)
            value(self, out, depth + 1);
        return;
    default:
        tr_write_map(out, items);
        for (uint32_t i = 0; i < items; i++) {
            tr_write_literal(out, self->texts[stranger_random(self, self->text_count)]);
            value(self, out, depth + 1);
        }
    }
}

// As lists of shards, members and names look.
static void rows(stranger *self, tr_buf *out)
{
    uint32_t count = (uint32_t)stranger_random(self, 4);
    uint32_t columns = (uint32_t[]){1, 2, 3, 3, 5, 8, 9}[stranger_random(self, 7)];
    tr_write_array(out, count);
    for (uint32_t i = 0; i < count; i++) {
        tr_write_array(out, columns);
        for (uint32_t j = 0; j < columns; j++)
            if (chance(self, 4))
                value(self, out, 1);
            else
                tr_write_unsigned(out, number(self));
    }
}

static tr_slice bytes(stranger *self, words *out)
{
    tr_buf *buf = part(out);
    switch (stranger_random(self, 8)) {
    case 0:
        break;
    case 1:
        for (uint64_t left = stranger_random(self, 64); left != 0; left--) {
            unsigned char byte = (unsigned char)stranger_random(self, 256);
            tr_buf_append(buf, &byte, 1);
        }
        break;
    case 2: // says that much follows
        tr_buf_append(buf, chance(self, 2) ? "\xdd\xff\xff\xff\xff" : "\xdf\x7f\xff\xff\xff", 5);
        break;
    case 3:
    case 4: {
        const tr_buf *from = &self->encoded[2 * stranger_random(self, 2)];
        tr_buf_append(buf, from->data, from->size);
        if (buf->size != 0 && chance(self, 2))
            buf->data[stranger_random(self, buf->size)] = (unsigned char)stranger_random(self, 256);
        break;
    }
    case 5:
        rows(self, buf);
        break;
    default:
        value(self, buf, 0);
    }
    return tr_buf_slice(buf);
}

static tr_packet *packet(stranger *self)
{
    words all = {0};
    tr_slice from = bytes(self, &all);
    tr_packet *made = from.size != 0 ? tr_packet_of(from.data, from.size) : NULL;
    for (unsigned i = 0; i < all.count; i++)
        tr_buf_done(&all.parts[i]);
    return made;
}

static void fill(stranger *self, const tr_field *field, unsigned char *body, words *out)
{
    void *slot = body + field->offset;
    switch ((enum tr_field_kind)field->kind) {
    case TR_FIELD_u16:
        *(uint16_t *)slot = (uint16_t)number(self);
        break;
    case TR_FIELD_u32:
        *(uint32_t *)slot = (uint32_t)number(self);
        break;
    case TR_FIELD_u64:
    case TR_FIELD_i64:
        *(uint64_t *)slot = number(self);
        break;
    case TR_FIELD_f64:
        *(double *)slot = real(self);
        break;
    case TR_FIELD_boolean:
        *(bool *)slot = chance(self, 2);
        break;
    case TR_FIELD_address:
        *(tr_address *)slot = address(self);
        break;
    case TR_FIELD_text:
        *(tr_slice *)slot = text(self, out);
        break;
    case TR_FIELD_bytes:
    case TR_FIELD_list:
        *(tr_slice *)slot = bytes(self, out);
        break;
    case TR_FIELD_packet:
        *(tr_packet **)slot = packet(self);
        break;
    }
}

// -- messages --

static tr_message *make(stranger *self)
{
    size_t count;
    const tr_shape *shapes = tr_shape_all(&count);
    const tr_shape *shape;
    do
        shape = &shapes[stranger_random(self, count)];
    while (shape->type ==
           TR_MSG_node_order); // whoever is let in may give orders, which end the process
    _Alignas(16) unsigned char body[TR_MESSAGE_STRUCT_CAP] = {0};
    words all = {0};
    for (unsigned i = 0; i < shape->field_count; i++)
        fill(self, &shape->fields[i], body, &all);
    tr_message *message = tr_message_new(shape->type, body);
    for (unsigned i = 0; i < all.count; i++)
        tr_buf_done(&all.parts[i]);
    message->from = address(self);
    message->to = address(self);
    message->correlation = number(self);
    static const uint32_t flags[] = {0, 0, 0, 0, TR_FLAG_ASK, TR_FLAG_ASK, TR_FLAG_ANSWER, 3};
    message->flags = flags[stranger_random(self, 8)];
    return message;
}

static void print(const tr_message *message)
{
    tr_buf line = {0};
    tr_message_print(message, &line);
    fprintf(stderr, "stranger: %llx>%llx flags=%u correlation=%llu %.*s\n",
            (unsigned long long)message->from.actor, (unsigned long long)message->to.actor,
            message->flags, (unsigned long long)message->correlation, (int)line.size,
            (const char *)line.data);
    tr_buf_done(&line);
}

// As a message of the bus arrives; a pool thread that is not there is another core thread's.
static void say(stranger *self)
{
    tr_message *message = make(self);
    if (self->is_loud)
        print(message);
    self->said++;
    int result = self->core->deliver(self->core, &message);
    self->refused += result < 0;
    tr_message_free(message);
}

void stranger_speaks(stranger *self, tr_core *core, unsigned messages)
{
    learn(self, core);
    for (unsigned i = 0; i < messages; i++)
        say(self);
}

void stranger_done(stranger *self)
{
    for (unsigned i = 0; i < 3; i++)
        tr_buf_done(&self->encoded[i]);
}
