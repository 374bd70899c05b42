#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/must.h"
#include "sdk/encode.h"
#include "sdk/node.h"
#include "sdk/tables.h"
#include "troupe/controls.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

// Constructors: an argument struct is read by its table into a new control; value structs (padding,
// text style …) become msgpack maps on the way.

ui_control *const ui_end = NULL;

static tr_slice text_of(const char *text)
{
    size_t size = strlen(text);
    return (tr_slice){text, size > TR_TEXT_CAP_BYTES ? TR_TEXT_CAP_BYTES + 1 : (uint32_t)size};
}

// ---- text on the spot

enum { FORMAT_SLOTS = 16, FORMAT_CAP = 1024 };

static char *format_slot(void)
{
    static _Thread_local char slots[FORMAT_SLOTS][FORMAT_CAP];
    static _Thread_local unsigned next;
    return slots[next++ % FORMAT_SLOTS];
}

const char *ui_format(const char *format, ...)
{
    char *slot = format_slot();
    va_list list;
    va_start(list, format);
    int size = vsnprintf(slot, FORMAT_CAP, format, list);
    va_end(list);
    if (size < 0)
        return "";
    if (size >= FORMAT_CAP) {
        // Cut before a character that did not fit whole.
        size_t end = FORMAT_CAP - 1;
        while (end > 0 && ((unsigned char)slot[end - 1] & 0xC0) == 0x80)
            end--;
        if (end > 0 && (unsigned char)slot[end - 1] >= 0xC0)
            end--;
        slot[end] = '\0';
    }
    return slot;
}

const char *ui_opacity(const char *color, double opacity)
{
    return ui_format("%s,%g", color, opacity);
}

// ---- values

static bool write_value(tr_buf *out, const int *value);
static bool write_field(tr_buf *out, const char *base, uint16_t offset, unsigned kind,
                        unsigned extra);

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
        tr_write_text(out, text_of(list[i]));
}

static void write_pairs(tr_buf *out, const char *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL)
        count++;
    tr_write_map(out, count / 2);
    for (uint32_t i = 0; i < count / 2 * 2; i++)
        tr_write_text(out, text_of(list[i]));
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
static const char *member_name(unsigned enumeration, int member)
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
        const char *name = member_name(enumeration, list[i]);
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

static void write_duration(tr_buf *out, int milliseconds)
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
    if (write_field(self->out, base, offset, kind, extra))
        self->open.count++;
    else
        self->out->size = before;
}

static const char *const state_names[] = {"hovered",  "focused",       "pressed",  "dragged", "selected",
                                          "scrolledUnder", "disabled", "error", "default"};

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

// The values written by hand in troupe/controls.h.
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

static double number_at(const char *base, uint16_t offset)
{
    double number;
    memcpy(&number, base + offset, sizeof number);
    return number;
}

// What the sides take that are not given themselves: [0] all, [1] horizontal, [2] vertical.
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

// ---- fields

static bool write_pointer_field(tr_buf *out, const void *pointer, unsigned kind, unsigned extra)
{
    switch ((enum tr_arg)kind) {
    case TR_ARG_TEXT:
        tr_write_text(out, text_of(pointer));
        return true;
    case TR_ARG_ICON: {
        int32_t number = tr_catalog_find_icon(text_of(pointer));
        if (number < 0)
            tr_log(TR_LOG_WARN, "event=unknown_icon name=%s",
                   tr_log_quote(pointer, text_of(pointer).size));
        else
            tr_write_integer(out, number);
        return number >= 0;
    }
    case TR_ARG_DATE:
        tr_write_extension(out, 1, text_of(pointer));
        return true;
    case TR_ARG_TIME:
        tr_write_extension(out, 2, text_of(pointer));
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

static bool write_field(tr_buf *out, const char *base, uint16_t offset, unsigned kind,
                        unsigned extra)
{
    if (kind == TR_ARG_NUMBER) {
        double number = number_at(base, offset);
        if (!isnan(number))
            tr_value_write(out, tr_value_number(number));
        return !isnan(number);
    }
    if (kind == TR_ARG_FLAG || kind == TR_ARG_INTEGER || kind == TR_ARG_DURATION ||
        kind == TR_ARG_ENUM || kind == TR_ARG_BITS) {
        int number;
        memcpy(&number, base + offset, sizeof number);
        bool is_enum = kind == TR_ARG_ENUM || kind == TR_ARG_BITS;
        if (number == (is_enum ? 0 : UI_UNSET))
            return false;
        const char *name = kind == TR_ARG_ENUM ? member_name(extra, number) : NULL;
        if (kind == TR_ARG_ENUM && name == NULL)
            return false;
        if (kind == TR_ARG_FLAG)
            tr_write_boolean(out, number != 0);
        else if (kind == TR_ARG_DURATION)
            write_duration(out, number);
        else if (kind == TR_ARG_ENUM)
            tr_write_literal(out, name);
        else
            tr_write_integer(out, number);
        return true;
    }
    const void *pointer;
    memcpy(&pointer, base + offset, sizeof pointer);
    return pointer != NULL && write_pointer_field(out, pointer, kind, extra);
}

// ---- controls

// Refusals are logged by tr_node_set and its like; the control goes on without that property.
static void set(tr_node *node, tr_prop_id prop, tr_value value)
{
    tr_node_set(node, prop, value);
}

static void take_controls(tr_node *node, tr_prop_id prop, ui_control *const *list)
{
    for (; *list != UI_END; list++)
        tr_node_append(node, prop, *list);
}

// Fields that become one scalar; false for the rest.
static bool take_scalar(tr_node *node, const tr_argument *argument, const char *at)
{
    const char *text = NULL;
    int number = 0;
    double real = 0;
    if (argument->kind == TR_ARG_NUMBER)
        memcpy(&real, at, sizeof real);
    else if (argument->kind == TR_ARG_TEXT || argument->kind == TR_ARG_ICON)
        memcpy(&text, at, sizeof text);
    else
        memcpy(&number, at, sizeof number);
    switch ((enum tr_arg)argument->kind) {
    case TR_ARG_NUMBER:
        if (!isnan(real))
            set(node, argument->prop, tr_value_number(real));
        return true;
    case TR_ARG_TEXT:
    case TR_ARG_ICON:
        if (text != NULL)
            set(node, argument->prop, tr_value_text(text_of(text)));
        return true;
    case TR_ARG_FLAG:
        if (number != UI_UNSET)
            set(node, argument->prop, tr_value_boolean(number != 0));
        return true;
    case TR_ARG_INTEGER:
        if (number != UI_UNSET)
            set(node, argument->prop, tr_value_integer(number));
        return true;
    case TR_ARG_BITS:
        if (number != 0)
            set(node, argument->prop, tr_value_integer(number));
        return true;
    case TR_ARG_ENUM: {
        const char *name = number != 0 ? member_name(argument->extra, number) : NULL;
        if (name != NULL)
            set(node, argument->prop, tr_value_text(text_of(name)));
        return true;
    }
    default:
        return false;
    }
}

static void take_pointer(tr_node *node, const tr_argument *argument, const char *base)
{
    void *pointer;
    memcpy(&pointer, base + argument->offset, sizeof pointer);
    if (pointer == NULL)
        return;
    if (argument->kind == TR_ARG_CONTROL) {
        tr_node_put(node, argument->prop, pointer);
    } else if (argument->kind == TR_ARG_CONTROLS) {
        take_controls(node, argument->prop, pointer);
    } else if (argument->kind == TR_ARG_EVENT) {
        set(node, argument->prop, tr_value_handler(pointer));
    } else if (argument->kind == TR_ARG_BYTES) {
        const ui_bytes_value *bytes = pointer;
        set(node, argument->prop,
            tr_value_bytes((tr_slice){bytes->data, (uint32_t)bytes->size}));
    } else {
        tr_buf out = {0};
        if (write_pointer_field(&out, pointer, argument->kind, argument->extra)) {
            tr_slice encoded = {(const char *)out.data, (uint32_t)out.size};
            tr_reader reader = tr_reader_of(encoded);
            set(node, argument->prop, tr_value_read(&reader));
        }
        tr_buf_done(&out);
    }
}

static bool has(const tr_node *node, tr_prop_id prop)
{
    return tr_node_value(node, prop).kind != TR_VALUE_NIL;
}

// What Flet's own server fills in on the app's behalf (catalog: server_derives).
static void derive(tr_node *node)
{
    if (node->kind == TR_CONTROL_TEXT_FIELD && !has(node, TR_PROP_FILLED) &&
        (has(node, TR_PROP_BGCOLOR) || has(node, TR_PROP_FILL_COLOR) ||
         has(node, TR_PROP_HOVER_COLOR) || has(node, TR_PROP_FOCUSED_COLOR)))
        set(node, TR_PROP_FILLED, tr_value_boolean(true));
    if (node->kind == TR_CONTROL_DROPDOWN_M2 && !has(node, TR_PROP_FILLED) &&
        (has(node, TR_PROP_BGCOLOR) || has(node, TR_PROP_FILL_COLOR) ||
         has(node, TR_PROP_FOCUSED_BGCOLOR)))
        set(node, TR_PROP_FILLED, tr_value_boolean(true));
    if (node->kind == TR_CONTROL_CUPERTINO_SLIDER && !has(node, TR_PROP_VALUE))
        set(node, TR_PROP_VALUE, tr_node_get(node, TR_PROP_MIN));
    if (node->kind == TR_CONTROL_CANVAS &&
        tr_value_as_number(tr_node_value(node, TR_PROP_EXPAND), 0) > 0) {
        if (!has(node, TR_PROP_WIDTH))
            set(node, TR_PROP_WIDTH, tr_value_number(INFINITY));
        if (!has(node, TR_PROP_HEIGHT))
            set(node, TR_PROP_HEIGHT, tr_value_number(INFINITY));
    }
}

ui_control *ui_build(const int *args)
{
    tr_must(*args > 0 && *args < TR_CONTROL_COUNT);
    const tr_arguments *table = &tr_generated_arguments[*args];
    tr_node *node = tr_node_new((tr_kind_id)*args);
    const char *base = (const char *)args;
    for (unsigned i = 0; i < table->count; i++) {
        const tr_argument *argument = &table->at[i];
        if (argument->kind == TR_ARG_DURATION) {
            int number;
            memcpy(&number, base + argument->offset, sizeof number);
            tr_buf out = {0};
            if (number != UI_UNSET) {
                write_duration(&out, number);
                set(node, argument->prop,
                    tr_value_raw((tr_slice){(const char *)out.data, (uint32_t)out.size}));
            }
            tr_buf_done(&out);
        } else if (!take_scalar(node, argument, base + argument->offset)) {
            take_pointer(node, argument, base);
        }
    }
    derive(node);
    return node;
}

// ---- by name

static ui_control *with(ui_control *control, const char *name, tr_value value)
{
    if (control == NULL)
        return NULL;
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(name));
    if (prop == 0)
        tr_log(TR_LOG_WARN, "event=control_misuse control=%s property=%s err=TR_ENOTFOUND",
               tr_catalog_kind(control->kind)->name,
               tr_log_quote(name, (unsigned)strlen(name)));
    else
        set(control, prop, value);
    return control;
}

ui_control *ui_with_text(ui_control *control, const char *name, const char *value)
{
    return with(control, name, value != NULL ? tr_value_text(text_of(value)) : TR_NIL);
}

ui_control *ui_with_number(ui_control *control, const char *name, double value)
{
    return with(control, name, tr_value_number(value));
}

ui_control *ui_with_flag(ui_control *control, const char *name, bool value)
{
    return with(control, name, tr_value_boolean(value));
}

ui_control *ui_with_control(ui_control *control, const char *name, ui_control *value)
{
    tr_prop_id prop = tr_catalog_find_prop(tr_slice_of(name));
    if (control != NULL && prop != 0)
        tr_node_put(control, prop, value);
    return control;
}
