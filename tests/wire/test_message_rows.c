// Every row of wire/messages.def with random values: encoded and decoded, packed and unpacked, and cut off
// at every byte.

#include "base/random.h"
#include "hex.h"
#include "troupe/err.h"
#include "wire/message.h"

Suite *wire_message_rows_suite(void);

typedef struct random_source {
    uint64_t state;
    char storage[16][600]; // a row has at most so many slices
    unsigned used;
} random_source;

// Edges are as likely as anything else.
static uint64_t random_number(random_source *self)
{
    static const uint64_t edges[] = {
        0, 1, 127, 128, 255, 256, 65535, 65536, UINT64_MAX >> 1, UINT64_MAX};
    uint64_t bits = tr_random_next(&self->state);
    if (bits % 4 == 0)
        return edges[(bits >> 8) % (sizeof edges / sizeof edges[0])];
    return tr_random_next(&self->state) >> (bits >> 8) % 64;
}

static tr_slice random_slice(random_source *self, bool is_text)
{
    ck_assert_uint_lt(self->used, 16);
    char *at = self->storage[self->used++];
    uint32_t size = (uint32_t)(tr_random_next(&self->state) % 4 == 0
                                   ? tr_random_next(&self->state) % sizeof self->storage[0]
                                   : tr_random_next(&self->state) % 40);
    for (uint32_t i = 0; i < size; i++)
        at[i] = (char)(tr_random_next(&self->state) & (is_text ? 0x7f : 0xff));
    if (is_text && size >= 4)
        memcpy(at + size - 4, "\xf0\x9f\x98\x80", 4);
    return (tr_slice){at, size};
}

static void random_field(random_source *self, enum tr_field_kind kind, void *slot)
{
    switch (kind) {
    case TR_FIELD_u16:
        *(uint16_t *)slot = (uint16_t)random_number(self);
        break;
    case TR_FIELD_u32:
        *(uint32_t *)slot = (uint32_t)random_number(self);
        break;
    case TR_FIELD_u64:
    case TR_FIELD_i64:
        *(uint64_t *)slot = random_number(self);
        break;
    case TR_FIELD_f64:
        *(double *)slot = (double)(int64_t)random_number(self) / 3;
        break;
    case TR_FIELD_boolean:
        *(bool *)slot = (random_number(self) & 1) != 0;
        break;
    case TR_FIELD_address:
        *(tr_address *)slot = (tr_address){random_number(self), random_number(self)};
        break;
    case TR_FIELD_text:
    case TR_FIELD_bytes:
    case TR_FIELD_list:
        *(tr_slice *)slot = random_slice(self, kind == TR_FIELD_text);
        break;
    case TR_FIELD_packet: {
        tr_slice bytes = random_slice(self, false);
        *(tr_packet **)slot = bytes.size != 0 ? tr_packet_of(bytes.data, bytes.size) : NULL;
        break;
    }
    }
}

static bool same_field(enum tr_field_kind kind, const void *a, const void *b)
{
    switch (kind) {
    case TR_FIELD_u16:
        return *(const uint16_t *)a == *(const uint16_t *)b;
    case TR_FIELD_u32:
        return *(const uint32_t *)a == *(const uint32_t *)b;
    case TR_FIELD_u64:
    case TR_FIELD_i64:
    case TR_FIELD_f64:
        return memcmp(a, b, 8) == 0;
    case TR_FIELD_boolean:
        return *(const bool *)a == *(const bool *)b;
    case TR_FIELD_address:
        return tr_address_equal(*(const tr_address *)a, *(const tr_address *)b);
    case TR_FIELD_text:
    case TR_FIELD_bytes:
    case TR_FIELD_list:
        return tr_slice_equal(*(const tr_slice *)a, *(const tr_slice *)b);
    case TR_FIELD_packet: {
        tr_packet *left = *(tr_packet *const *)a;
        tr_packet *right = *(tr_packet *const *)b;
        if (left == NULL || right == NULL)
            return left == right;
        return left->size == right->size &&
               memcmp(tr_packet_data(left), tr_packet_data(right), left->size) == 0;
    }
    }
    return false;
}

static void assert_same(const tr_message *a, const tr_message *b, uint64_t seed)
{
    const tr_shape *shape = a->shape;
    ck_assert_ptr_eq(b->shape, shape);
    ck_assert_uint_eq(a->size, b->size);
    for (unsigned f = 0; f < shape->field_count; f++) {
        const tr_field *field = &shape->fields[f];
        ck_assert_msg(same_field((enum tr_field_kind)field->kind, a->body + field->offset,
                                 b->body + field->offset),
                      "%s.%s, seed %llu", shape->name, field->name, (unsigned long long)seed);
    }
}

static void assert_no_truncation_decodes(const tr_message *message, const tr_buf *bytes)
{
    for (size_t size = 0; size < bytes->size; size++) {
        tr_message *out = NULL;
        uint8_t *copy = exact_copy(bytes->data, size);
        ck_assert_int_eq(tr_message_decode(message->shape->type, copy, size, &out), TR_EMALFORMED);
        tr_free(copy);
    }
}

static void assert_packs(const tr_message *sent, uint64_t seed)
{
    tr_buf bytes = {0};
    tr_message_pack(sent, &bytes);
    tr_message *received = NULL;
    size_t length = 0;
    ck_assert_int_eq(tr_message_unpack(bytes.data, bytes.size, &length, &received), 0);
    ck_assert_uint_eq(length, bytes.size);
    assert_same(sent, received, seed);
    tr_message_free(received);
    tr_buf_done(&bytes);
}

START_TEST(every_row_survives_both_round_trips)
{
    size_t count;
    const tr_shape *shapes = tr_shape_all(&count);
    uint64_t seed = tr_random_u64();
    random_source source = {.state = seed};
    for (size_t row = 0; row < count; row++) {
        for (int round = 0; round < 50; round++) {
            _Alignas(16) unsigned char body[512] = {0};
            ck_assert_uint_le(shapes[row].size, sizeof body);
            source.used = 0;
            for (unsigned f = 0; f < shapes[row].field_count; f++) {
                const tr_field *field = &shapes[row].fields[f];
                random_field(&source, (enum tr_field_kind)field->kind, body + field->offset);
            }
            tr_message *sent = tr_message_new(shapes[row].type, body);
            tr_buf bytes = {0};
            tr_message_encode(sent, &bytes);
            tr_message *received = NULL;
            int rc = tr_message_decode(shapes[row].type, bytes.data, bytes.size, &received);
            ck_assert_msg(rc == 0, "%s: %d, seed %llu", shapes[row].name, rc,
                          (unsigned long long)seed);
            assert_same(sent, received, seed);
            assert_packs(sent, seed);
            if (round < 2)
                assert_no_truncation_decodes(sent, &bytes);
            tr_message_free(received);
            tr_message_free(sent);
            tr_buf_done(&bytes);
        }
    }
}
END_TEST

Suite *wire_message_rows_suite(void)
{
    Suite *suite = suite_create("wire/message_rows");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, every_row_survives_both_round_trips);
    suite_add_tcase(suite, rows);
    return suite;
}
