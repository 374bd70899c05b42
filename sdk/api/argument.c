#include "sdk/api/argument.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "sdk/api/given_list.h"
#include "sdk/catalog/icon_names.h"
#include "sdk/catalog/misuse.h"
#include "sdk/catalog/tables.h"
#include "sdk/tree/encode.h"
#include "troupe/controls/controls.h"
#include "wire/limits.h"
#include "wire/writer.h"

tr_slice tr_argument_text(const char *text)
{
    size_t size = strlen(text);
    return (tr_slice){text, size > TR_TEXT_CAP_BYTES ? TR_TEXT_CAP_BYTES + 1 : (uint32_t)size};
}

// -- what is given --

const char ui_none_[1];

static double number_at(const char *base, uint16_t offset)
{
    double number;
    memcpy(&number, base + offset, sizeof number);
    return number <= UI_DEFAULT && number >= UI_DEFAULT ? (double)NAN : number;
}

static int integer_at(const char *at)
{
    int number;
    memcpy(&number, at, sizeof number);
    return number;
}

static enum tr_given number_given(const char *at)
{
    double number;
    memcpy(&number, at, sizeof number);
    if (isnan(number))
        return TR_GIVEN_NOT;
    return isnan(number_at(at, 0)) ? TR_GIVEN_RESET : TR_GIVEN_VALUE;
}

static enum tr_given integer_given(int number, int absent)
{
    if (number == absent)
        return TR_GIVEN_NOT;
    return number == UI_DEFAULT ? TR_GIVEN_RESET : TR_GIVEN_VALUE;
}

static enum tr_given pointer_given(const void *pointer)
{
    if (pointer == NULL)
        return TR_GIVEN_NOT;
    return pointer == ui_none_ ? TR_GIVEN_RESET : TR_GIVEN_VALUE;
}

enum tr_given tr_argument_given(const char *at, unsigned kind)
{
    switch ((enum tr_arg)kind) {
    case TR_ARG_NUMBER:
    case TR_ARG_SIDES:
        return number_given(at);
    case TR_ARG_FLAG:
    case TR_ARG_INTEGER:
    case TR_ARG_DURATION:
        return integer_given(integer_at(at), UI_UNSET);
    case TR_ARG_ENUM:
    case TR_ARG_BITS:
        return integer_given(integer_at(at), 0);
    default: {
        const void *pointer;
        memcpy(&pointer, at, sizeof pointer);
        return pointer_given(pointer);
    }
    }
}

// -- values --

static bool write_value(tr_buf *out, const int *value);

static void write_list(tr_buf *out, uint32_t count)
{
    tr_write_array(out, count);
}

static void write_texts(tr_buf *out, const char *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL)
        count++;
    write_list(out, count);
    for (uint32_t i = 0; i < count; i++)
        tr_write_text(out, tr_argument_text(list[i]));
}

static void write_pairs(tr_buf *out, const char *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL)
        count++;
    if (count % 2 != 0)
        tr_misuse_say("odd_pairs",
                      "text=\"a map of texts is keys and texts in turn: the last is left out\"");
    tr_write_map(out, count / 2);
    for (uint32_t i = 0; i < count / 2 * 2; i++)
        tr_write_text(out, tr_argument_text(list[i]));
}

static void write_numbers(tr_buf *out, const double *list)
{
    uint32_t count = 0;
    while (!isnan(list[count]))
        count++;
    write_list(out, count);
    for (uint32_t i = 0; i < count; i++)
        tr_value_write(out, tr_value_number(list[i]));
}

// The wire name of an enumeration's member; NULL when there is none.
const char *tr_argument_member(unsigned enumeration, int member)
{
    const char *const *names = tr_generated_enums[enumeration];
    for (int i = 1; member > 0 && names[i - 1] != NULL; i++)
        if (i == member)
            return names[i - 1];
    tr_log(TR_LOG_WARN, "event=unknown_member enumeration=%u member=%d", enumeration, member);
    return NULL;
}

static void write_members(tr_buf *out, const int *list, unsigned enumeration)
{
    uint32_t count = 0;
    while (list[count] != 0)
        count++;
    write_list(out, count);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = tr_argument_member(enumeration, list[i]);
        tr_write_text(out, tr_slice_of(name != NULL ? name : ""));
    }
}

static void write_values(tr_buf *out, const void *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL)
        count++;
    write_list(out, count);
    for (uint32_t i = 0; i < count; i++)
        if (!write_value(out, list[i]))
            tr_write_nil(out);
}

void tr_argument_write_duration(tr_buf *out, int milliseconds)
{
    tr_write_map(out, 1);
    tr_write_literal(out, "milliseconds");
    tr_write_integer(out, milliseconds);
}

typedef struct map_writer {
    tr_buf *out;
    tr_open open;
} map_writer;

static map_writer map_begin(tr_buf *out)
{
    return (map_writer){out, tr_open_container(out)};
}

static void map_end(const map_writer *self)
{
    tr_close_map(self->out, &self->open);
}

// Writes the key and, through write_field, the value; takes the key back when there is no value.
static void map_field(map_writer *self, const char *key, const char *base, uint16_t offset,
                      unsigned kind, unsigned extra)
{
    size_t before = self->out->size;
    tr_write_literal(self->out, key);
    if (tr_argument_write(self->out, base, offset, kind, extra))
        self->open.count++;
    else
        self->out->size = before;
}

static const char *const state_names[] = {"hovered",  "focused",  "pressed",
                                          "dragged",  "selected", "scrolledUnder",
                                          "disabled", "error",    "default"};

static void write_states(tr_buf *out, const char *base, size_t first, size_t step, unsigned kind)
{
    map_writer map = map_begin(out);
    for (unsigned i = 0; i < sizeof state_names / sizeof *state_names; i++)
        map_field(&map, state_names[i], base, (uint16_t)(first + i * step), kind, 0);
    map_end(&map);
}

static void write_breakpoints(tr_buf *out, const ui_breakpoints_value *value)
{
    static const char *const names[] = {"xs", "sm", "md", "lg", "xl", "xxl"};
    map_writer map = map_begin(out);
    for (unsigned i = 0; i < 6; i++)
        map_field(&map, names[i], (const char *)value,
                  (uint16_t)(offsetof(ui_breakpoints_value, xs) + i * sizeof(double)),
                  TR_ARG_NUMBER, 0);
    map_end(&map);
}

// The values written by hand in troupe/controls/controls.h.
static bool write_own_value(tr_buf *out, const int *value)
{
    const char *base = (const char *)value;
    switch (*value) {
    case 2:
        write_states(out, base, offsetof(ui_text_states_value, hovered), sizeof(char *),
                     TR_ARG_TEXT);
        return true;
    case 3:
        write_states(out, base, offsetof(ui_icon_states_value, hovered), sizeof(char *),
                     TR_ARG_ICON);
        return true;
    case 4:
        write_states(out, base, offsetof(ui_number_states_value, hovered), sizeof(double),
                     TR_ARG_NUMBER);
        return true;
    case 5:
        write_states(out, base, offsetof(ui_value_states_value, hovered), sizeof(void *),
                     TR_ARG_VALUE);
        return true;
    case 6:
        write_breakpoints(out, (const ui_breakpoints_value *)(const void *)value);
        return true;
    default:
        tr_log(TR_LOG_WARN, "event=unknown_value number=%d", *value);
        return false;
    }
}

// Defaults of the sides that are not given themselves: [0] all, [1] horizontal, [2] vertical.
static bool read_sides(const tr_value_info *info, const char *base, double sides[3])
{
    bool alone = true;
    bool given = false;
    for (unsigned i = 0; i < info->member_count; i++) {
        const tr_member *member = &info->members[i];
        double number = number_at(base, member->offset);
        if (member->kind == TR_ARG_SIDES) {
            sides[member->extra] = number;
            given = given || !isnan(number);
        }
        if (!isnan(number) && (member->kind != TR_ARG_SIDES || member->extra != 0))
            alone = false;
    }
    return given && alone;
}

static double side_for(unsigned extra, const double sides[3])
{
    if (extra == TR_ELSE_HORIZONTAL && !isnan(sides[1]))
        return sides[1];
    if (extra == TR_ELSE_VERTICAL && !isnan(sides[2]))
        return sides[2];
    if (extra == TR_ELSE_ALL)
        return isnan(sides[0]) ? 0 : sides[0];
    return extra == TR_ELSE_ZERO ? 0 : sides[0];
}

static void write_member(map_writer *map, const tr_member *member, const char *base,
                         const double sides[3])
{
    if (member->kind == TR_ARG_SIDES)
        return;
    double number = member->kind == TR_ARG_NUMBER ? number_at(base, member->offset) : 0;
    if (member->kind == TR_ARG_NUMBER && member->extra != TR_ELSE_ABSENT && isnan(number)) {
        number = side_for(member->extra, sides);
        if (isnan(number))
            return;
        tr_write_literal(map->out, member->key);
        tr_value_write(map->out, tr_value_number(number));
        map->open.count++;
        return;
    }
    uint32_t before = map->open.count;
    map_field(map, member->key, base, member->offset, member->kind, member->extra);
    if (map->open.count == before && member->deflt != 0) {
        tr_write_literal(map->out, member->key);
        tr_value_write(map->out, tr_generated_defaults[member->deflt]);
        map->open.count++;
    }
}

// False when nothing was written.
static bool write_value(tr_buf *out, const int *value)
{
    if (*value < 16)
        return write_own_value(out, value);
    if ((unsigned)*value >= tr_generated_value_count || tr_generated_values[*value].name == NULL) {
        tr_log(TR_LOG_WARN, "event=unknown_value number=%d", *value);
        return false;
    }
    const tr_value_info *info = &tr_generated_values[*value];
    const char *base = (const char *)value;
    double sides[3] = {NAN, NAN, NAN};
    bool sided = info->member_count != 0 && info->members[0].kind == TR_ARG_SIDES;
    if (sided && read_sides(info, base, sides)) {
        tr_value_write(out, tr_value_number(sides[0]));
        return true;
    }
    map_writer map = map_begin(out);
    if (info->type != NULL) {
        tr_write_literal(out, "_type");
        tr_write_literal(out, info->type);
        map.open.count++;
    }
    for (unsigned i = 0; i < info->member_count; i++)
        write_member(&map, &info->members[i], base, sides);
    map_end(&map);
    return true;
}

// -- fields --

bool tr_argument_write_pointer(tr_buf *out, const void *pointer, unsigned kind, unsigned extra)
{
    if (tr_given_is_gone(pointer))
        return false;
    switch ((enum tr_arg)kind) {
    case TR_ARG_TEXT:
        tr_write_text(out, tr_argument_text(pointer));
        return true;
    case TR_ARG_ICON: {
        int32_t number = tr_catalog_find_icon(tr_argument_text(pointer));
        if (number < 0)
            tr_icon_warn(tr_argument_text(pointer));
        else
            tr_write_integer(out, number);
        return number >= 0;
    }
    case TR_ARG_DATE:
        tr_write_extension(out, 1, tr_argument_text(pointer));
        return true;
    case TR_ARG_TIME:
        tr_write_extension(out, 2, tr_argument_text(pointer));
        return true;
    case TR_ARG_BYTES: {
        const ui_bytes_value *bytes = pointer;
        tr_write_bytes(out, (tr_slice){bytes->data, (uint32_t)bytes->size});
        return true;
    }
    case TR_ARG_VALUE:
        return write_value(out, pointer);
    case TR_ARG_VALUES:
        write_values(out, pointer);
        return true;
    case TR_ARG_TEXTS:
        write_texts(out, pointer);
        return true;
    case TR_ARG_PAIRS:
        write_pairs(out, pointer);
        return true;
    case TR_ARG_NUMBERS:
        write_numbers(out, pointer);
        return true;
    case TR_ARG_MEMBERS:
        write_members(out, pointer, extra);
        return true;
    default:
        tr_never("a control inside a value");
    }
}

static bool write_enum(tr_buf *out, unsigned enumeration, int member)
{
    const char *name = tr_argument_member(enumeration, member);
    if (name != NULL)
        tr_write_literal(out, name);
    return name != NULL;
}

bool tr_argument_write(tr_buf *out, const char *base, uint16_t offset, unsigned kind,
                       unsigned extra)
{
    const char *at = base + offset;
    if (tr_argument_given(at, kind) != TR_GIVEN_VALUE)
        return false;
    switch ((enum tr_arg)kind) {
    case TR_ARG_NUMBER:
        tr_value_write(out, tr_value_number(number_at(base, offset)));
        return true;
    case TR_ARG_FLAG:
        tr_write_boolean(out, integer_at(at) != 0);
        return true;
    case TR_ARG_INTEGER:
    case TR_ARG_BITS:
        tr_write_integer(out, integer_at(at));
        return true;
    case TR_ARG_DURATION:
        tr_argument_write_duration(out, integer_at(at));
        return true;
    case TR_ARG_ENUM:
        return write_enum(out, extra, integer_at(at));
    default: {
        const void *pointer;
        memcpy(&pointer, at, sizeof pointer);
        return tr_argument_write_pointer(out, pointer, kind, extra);
    }
    }
}
