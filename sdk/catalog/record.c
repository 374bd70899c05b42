#include "sdk/catalog/record.h"

#include <math.h>
#include <string.h>

#include "troupe/controls/events.h"
#include "troupe/err.h"

static void put(void *out, const void *value, size_t size)
{
    memcpy(out, value, size);
}

static int set_pointer(void *out, const void *pointer)
{
    put(out, &pointer, sizeof pointer);
    return pointer != NULL ? 0 : TR_EFULL;
}

static int set_integer(void *out, int64_t value)
{
    put(out, &value, sizeof value);
    return 0;
}

static const char *copy_text(tr_scratch *scratch, tr_slice text)
{
    char *copy = tr_scratch_take(scratch, (size_t)text.size + 1);
    if (copy != NULL && text.size != 0)
        memcpy(copy, text.data, text.size);
    return copy;
}

// The value that an absent field reads as.
static void set_nothing(void *out, tr_reading reading)
{
    static const int no_flag = UI_UNSET;
    static const double no_number = NAN;
    static const int no_member = 0;
    static const bool no_truth = false;
    static const void *const no_pointer = NULL;
    switch ((enum tr_read)reading.kind) {
    case TR_READ_NOTHING:
        break;
    case TR_READ_BOOLEAN:
        put(out, &no_truth, sizeof no_truth);
        break;
    case TR_READ_FLAG:
        put(out, &no_flag, sizeof no_flag);
        break;
    case TR_READ_INTEGER:
    case TR_READ_DURATION:
        set_integer(out, UI_UNSET);
        break;
    case TR_READ_NUMBER:
        put(out, &no_number, sizeof no_number);
        break;
    case TR_READ_ENUM:
        put(out, &no_member, sizeof no_member);
        break;
    default:
        put(out, &no_pointer, sizeof no_pointer);
    }
}

// A member that this catalog does not know is 0, not an error: browsers may be newer.
static int member_of(unsigned enumeration, tr_slice text)
{
    const char *const *names = tr_generated_enums[enumeration];
    for (int i = 0; names[i] != NULL; i++)
        if (tr_slice_is(text, names[i]))
            return i + 1;
    return 0;
}

// The browser sends microseconds as an extension, or a plain number of milliseconds.
static int64_t read_duration(tr_reader *in)
{
    if (tr_reader_peek(in) != TR_KIND_EXTENSION) {
        double plain = tr_reader_number(in);
        // Beyond this it is no time, and no int64_t either.
        in->failed = in->failed || !(plain > -1e15 && plain < 1e15);
        return in->failed ? 0 : (int64_t)plain;
    }
    int8_t type;
    tr_slice digits = tr_reader_extension(in, &type);
    bool is_negative = digits.size != 0 && digits.data[0] == '-';
    int64_t number = 0;
    for (uint32_t i = is_negative; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9' || number > INT64_MAX / 16)
            in->failed = true;
        else
            number = number * 10 + (digits.data[i] - '0');
    }
    in->failed = in->failed || type != 3 || digits.size == is_negative;
    return (is_negative ? -number : number) / 1000;
}

static tr_slice read_date(tr_reader *in)
{
    if (tr_reader_peek(in) == TR_KIND_TEXT)
        return tr_reader_text(in);
    int8_t type = 0;
    tr_slice text = tr_reader_extension(in, &type);
    in->failed = in->failed || (type != 1 && type != 2);
    return text;
}

static int read_scalar(tr_reader *in, tr_reading reading, void *out)
{
    if (reading.kind == TR_READ_BOOLEAN) {
        bool truth = tr_reader_boolean(in);
        put(out, &truth, sizeof truth);
    } else if (reading.kind == TR_READ_FLAG) {
        int flag = tr_reader_boolean(in);
        put(out, &flag, sizeof flag);
    } else if (reading.kind == TR_READ_INTEGER) {
        set_integer(out, tr_reader_integer(in));
    } else if (reading.kind == TR_READ_DURATION) {
        int64_t duration = read_duration(in);
        if (!in->failed)
            set_integer(out, duration);
    } else if (reading.kind == TR_READ_NUMBER) {
        double number = tr_reader_number(in);
        put(out, &number, sizeof number);
    } else {
        int member = member_of(reading.enumeration, tr_reader_text(in));
        put(out, &member, sizeof member);
    }
    return in->failed ? TR_EMALFORMED : 0;
}

static int read_bytes(tr_reader *in, tr_scratch *scratch, void *out)
{
    tr_slice bytes = tr_reader_bytes(in);
    if (in->failed)
        return TR_EMALFORMED;
    tr_slice *copy = tr_scratch_take(scratch, sizeof *copy);
    if (copy == NULL)
        return TR_EFULL;
    *copy = (tr_slice){copy_text(scratch, bytes), bytes.size};
    return copy->data != NULL ? set_pointer(out, copy) : TR_EFULL;
}

// -- structs --

static const tr_record_field *find_field(const tr_record_info *info, tr_slice key)
{
    for (unsigned i = 0; i < info->count; i++)
        if (tr_slice_is(key, info->fields[i].key))
            return &info->fields[i];
    return NULL;
}

static int read_fields(tr_reader *in, const tr_record_info *info, tr_scratch *scratch, char *out)
{
    if (tr_reader_peek(in) != TR_KIND_MAP)
        return TR_EMALFORMED;
    for (unsigned i = 0; i < info->count; i++)
        set_nothing(out + info->fields[i].offset, info->fields[i].reading);
    uint64_t seen = 0; // of the first 64, which is all that events have
    uint32_t count = tr_reader_map(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        bool is_text = tr_reader_peek(in) == TR_KIND_TEXT;
        tr_slice key = is_text ? tr_reader_text(in) : tr_reader_skip(in);
        const tr_record_field *field = is_text ? find_field(info, key) : NULL;
        if (field == NULL) {
            (void)tr_reader_skip(in); // of a newer client
            continue;
        }
        if (tr_reader_nil(in))
            continue;
        int result = tr_record_read(in, field->reading, scratch, out + field->offset);
        if (result < 0)
            return result;
        if (field - info->fields < 64)
            seen |= (uint64_t)1 << (field - info->fields);
    }
    for (unsigned i = 0; i < info->count && i < 64; i++)
        if (info->fields[i].is_required && (seen >> i & 1) == 0)
            return TR_EMALFORMED;
    return in->failed ? TR_EMALFORMED : 0;
}

static int read_struct(tr_reader *in, unsigned number, tr_scratch *scratch, const void **out)
{
    const tr_record_info *info = &tr_generated_records[number];
    char *made = tr_scratch_take(scratch, info->size);
    if (made == NULL)
        return TR_EFULL;
    *out = made;
    return read_fields(in, info, scratch, made);
}

// -- lists --

// Pointers and the NULL behind them.
static int read_list(tr_reader *in, tr_reading item, tr_scratch *scratch, void *out)
{
    if (tr_reader_peek(in) != TR_KIND_ARRAY)
        return TR_EMALFORMED;
    uint32_t count = tr_reader_array(in);
    const void **list = tr_scratch_take(scratch, ((size_t)count + 1) * sizeof *list);
    if (list == NULL)
        return TR_EFULL;
    int result = in->failed ? TR_EMALFORMED : 0;
    for (uint32_t i = 0; i < count && result == 0; i++)
        result = tr_reader_nil(in) ? TR_EMALFORMED : tr_record_read(in, item, scratch, &list[i]);
    return result < 0 ? result : set_pointer(out, list);
}

static int read_pairs(tr_reader *in, tr_scratch *scratch, void *out)
{
    if (tr_reader_peek(in) != TR_KIND_MAP)
        return TR_EMALFORMED;
    uint32_t count = tr_reader_map(in);
    const char **list = tr_scratch_take(scratch, ((size_t)count * 2 + 1) * sizeof *list);
    if (list == NULL)
        return TR_EFULL;
    for (uint32_t i = 0; i < count * 2 && !in->failed; i++) {
        list[i] = copy_text(scratch, tr_reader_text(in));
        if (list[i] == NULL)
            return TR_EFULL;
    }
    return in->failed ? TR_EMALFORMED : set_pointer(out, list);
}

static int read_members(tr_reader *in, unsigned enumeration, tr_scratch *scratch, void *out)
{
    if (tr_reader_peek(in) != TR_KIND_ARRAY)
        return TR_EMALFORMED;
    uint32_t count = tr_reader_array(in);
    int *list = tr_scratch_take(scratch, ((size_t)count + 1) * sizeof *list);
    if (list == NULL)
        return TR_EFULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        int member = member_of(enumeration, tr_reader_text(in));
        if (member != 0)
            list[kept++] = member;
    }
    return in->failed ? TR_EMALFORMED : set_pointer(out, list);
}

static int read_any(tr_reader *in, tr_scratch *scratch, void *out)
{
    ui_any *any = tr_scratch_take(scratch, sizeof *any);
    if (any == NULL)
        return TR_EFULL;
    int result = 0;
    switch (tr_reader_peek(in)) {
    case TR_KIND_BOOLEAN:
        any->kind = UI_ANY_FLAG;
        any->flag = tr_reader_boolean(in);
        break;
    case TR_KIND_INTEGER:
    case TR_KIND_FLOAT:
        any->kind = UI_ANY_NUMBER;
        any->number = tr_reader_number(in);
        break;
    case TR_KIND_TEXT:
        any->kind = UI_ANY_TEXT;
        result = tr_record_read(in, (tr_reading){.kind = TR_READ_TEXT}, scratch, &any->text);
        break;
    default:
        any->kind = UI_ANY_TEXTS;
        result = tr_record_read(in, (tr_reading){.kind = TR_READ_TEXTS}, scratch, &any->texts);
    }
    return result < 0 ? result : set_pointer(out, any);
}

int tr_record_read(tr_reader *in, tr_reading reading, tr_scratch *scratch, void *out)
{
    tr_slice text;
    const void *made = NULL;
    int result;
    if (reading.kind == TR_READ_NOTHING) {
        (void)tr_reader_skip(in);
        return in->failed ? TR_EMALFORMED : 0;
    }
    if (tr_reader_nil(in)) {
        set_nothing(out, reading);
        return 0;
    }
    switch ((enum tr_read)reading.kind) {
    case TR_READ_TEXT:
    case TR_READ_DATE:
        text = reading.kind == TR_READ_TEXT ? tr_reader_text(in) : read_date(in);
        return in->failed ? TR_EMALFORMED : set_pointer(out, copy_text(scratch, text));
    case TR_READ_BYTES:
        return read_bytes(in, scratch, out);
    case TR_READ_RECORD:
        result = read_struct(in, reading.record, scratch, &made);
        return result < 0 ? result : set_pointer(out, made);
    case TR_READ_ANY:
        return read_any(in, scratch, out);
    case TR_READ_TEXTS:
        return read_list(in, (tr_reading){.kind = TR_READ_TEXT}, scratch, out);
    case TR_READ_BYTES_LIST:
        return read_list(in, (tr_reading){.kind = TR_READ_BYTES}, scratch, out);
    case TR_READ_RECORDS:
        reading.kind = TR_READ_RECORD;
        return read_list(in, reading, scratch, out);
    case TR_READ_PAIRS:
        return read_pairs(in, scratch, out);
    case TR_READ_MEMBERS:
        return read_members(in, reading.enumeration, scratch, out);
    default:
        return read_scalar(in, reading, out);
    }
}

const void *tr_record_read_struct(tr_slice value, unsigned number, tr_scratch *scratch,
                                  int *out_result)
{
    tr_reader in = tr_reader_of(value);
    const void *made = NULL;
    *out_result = read_struct(&in, number, scratch, &made);
    return *out_result < 0 ? NULL : made;
}
