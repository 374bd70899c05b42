#include "fuzz.h"

#include "base/must.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/scan.h"

// Holds for every value of an accepted input, however it is nested: a typed read of it succeeds and
// its texts are UTF-8.
static void read_everything(tr_reader *reader)
{
    int8_t type;
    while (!tr_reader_at_end(reader)) {
        switch (tr_reader_peek(reader)) {
        case TR_KIND_NIL:
            tr_must(tr_reader_nil(reader));
            break;
        case TR_KIND_BOOLEAN:
            (void)tr_reader_boolean(reader); // any value will do, here and below
            break;
        case TR_KIND_INTEGER:
        case TR_KIND_FLOAT:
            (void)tr_reader_number(reader);
            break;
        case TR_KIND_TEXT: {
            tr_slice text = tr_reader_text(reader);
            tr_must(tr_scan_is_utf8(text.data, text.size));
            break;
        }
        case TR_KIND_BYTES:
            (void)tr_reader_bytes(reader);
            break;
        case TR_KIND_ARRAY:
            (void)tr_reader_array(reader);
            break;
        case TR_KIND_MAP:
            (void)tr_reader_map(reader);
            break;
        case TR_KIND_EXTENSION:
            (void)tr_reader_extension(reader, &type);
            break;
        case TR_KIND_NONE:
            tr_never("scan let a reserved byte through");
        }
        tr_must(!reader->failed);
    }
}

// A typed read of anything fails or succeeds, and never leaves the input.
static void read_at_random(const uint8_t *data, size_t size)
{
    tr_reader reader = {data, data + size, false};
    int8_t type;
    for (unsigned i = 0; i < 64 && !reader.failed; i++) {
        switch (size != 0 ? (data[i % size] >> 3 ^ i) % 9 : 0) {
        case 0:
            (void)tr_reader_integer(&reader);
            break;
        case 1:
            (void)tr_reader_unsigned(&reader);
            break;
        case 2:
            (void)tr_reader_number(&reader);
            break;
        case 3:
            (void)tr_reader_text(&reader);
            break;
        case 4:
            (void)tr_reader_bytes(&reader);
            break;
        case 5:
            (void)tr_reader_array(&reader);
            break;
        case 6:
            (void)tr_reader_map(&reader);
            break;
        case 7:
            (void)tr_reader_extension(&reader, &type);
            break;
        default:
            (void)tr_reader_skip(&reader);
            break;
        }
        tr_must(reader.at <= reader.end && reader.end == data + size);
    }
}

static void find_in(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {"", "a", "route"};
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        tr_reader value = tr_reader_find((tr_slice){(const char *)data, (uint32_t)size}, keys[i]);
        tr_must(value.at == NULL || (value.at > data && value.end <= data + size));
        if (value.at != NULL) // one whole value
            tr_must(tr_reader_skip(&value).size != 0 && tr_reader_at_end(&value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)tr_scan_is_utf8(data, size); // only the reads matter
    read_at_random(data, size);
    find_in(data, size);
    int rc = tr_scan(data, size);
    tr_must(rc == 0 || rc == TR_EMALFORMED || rc == TR_ETOOBIG);
    tr_reader reader = {data, data + size, false};
    tr_slice value = tr_reader_skip(&reader);
    if (rc != 0)
        return 0;
    tr_must(!reader.failed && tr_reader_at_end(&reader));
    tr_must(value.size == size && (const void *)value.data == data);
    reader = (tr_reader){data, data + size, false};
    read_everything(&reader);
    return 0;
}
