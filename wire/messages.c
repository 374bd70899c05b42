#include "wire/messages.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "troupe/err.h"
#include "wire/linker_sets.h"

#define FIELD(message, kind, name, doc)                                                            \
    {#name, doc, offsetof(tr_msg_##message, name), TR_FIELD_##kind},
#define MESSAGE(name, number, class, doc, fields) static const tr_field fields_##name[] = {fields};
#include "wire/messages.def"
#undef MESSAGE
#undef FIELD

enum row {
#define MESSAGE(name, number, class, doc, fields) ROW_##name,
#include "wire/messages.def"
#undef MESSAGE
    ROW_COUNT
};

static const tr_shape shapes[ROW_COUNT] = {
#define MESSAGE(name, number, class, doc, fields)                                                  \
    [ROW_##name] = {#name,                                                                         \
                    doc,                                                                           \
                    fields_##name,                                                                 \
                    (number),                                                                      \
                    TR_CLASS_##class,                                                              \
                    sizeof fields_##name / sizeof fields_##name[0],                                \
                    sizeof(tr_msg_##name),                                                         \
                    0},
#include "wire/messages.def"
#undef MESSAGE
};

// A number used twice does not compile (-Woverride-init).
static const tr_shape *const by_type[] = {
#define MESSAGE(name, number, class, doc, fields) [number] = &shapes[ROW_##name],
#include "wire/messages.def"
#undef MESSAGE
};

enum { APP_SHAPES_CAP = 1024 };

static const tr_shape *app_shapes[APP_SHAPES_CAP]; // by number
// Those with the lowest numbers again, which are most: found at once.
enum { NEAR_SHAPES = 1024 };
static const tr_shape *near_shapes[NEAR_SHAPES];
static size_t app_shape_count;
static const tr_shape *conflict; // differs from `taken` under one number
static const tr_shape *taken;    // NULL: there are too many

static bool is_same(const tr_shape *a, const tr_shape *b)
{
    if (strcmp(a->name, b->name) != 0 || a->field_count != b->field_count || a->size != b->size)
        return false;
    for (unsigned i = 0; i < a->field_count; i++)
        if (a->fields[i].kind != b->fields[i].kind ||
            strcmp(a->fields[i].name, b->fields[i].name) != 0)
            return false;
    return true;
}

static int by_number(const void *a, const void *b)
{
    uint32_t one = (*(const tr_shape *const *)a)->type;
    uint32_t two = (*(const tr_shape *const *)b)->type;
    return (one > two) - (one < two);
}

// A header with TR_MESSAGE in several files gives as many equal entries.
static void gather(const tr_shape *shape)
{
    const tr_shape *known = NULL;
    for (size_t i = 0; i < app_shape_count && known == NULL; i++)
        if (app_shapes[i]->type == shape->type)
            known = app_shapes[i];
    if (known == NULL && app_shape_count < APP_SHAPES_CAP) {
        app_shapes[app_shape_count++] = shape;
    } else if (known == NULL || !is_same(known, shape)) {
        conflict = shape;
        taken = known;
    }
}

void tr_shapes_gather(void)
{
    app_shape_count = 0;
    conflict = taken = NULL;
    memset(near_shapes, 0, sizeof near_shapes);
    const tr_shape *shape = NULL;
    while ((shape = tr_set_after(TR_SET_MESSAGES, sizeof *shape, shape)) != NULL)
        gather(shape);
    qsort(app_shapes, app_shape_count, sizeof *app_shapes, by_number);
    for (size_t i = 0; i < app_shape_count; i++)
        if (app_shapes[i]->type - TR_MESSAGE_FIRST < NEAR_SHAPES)
            near_shapes[app_shapes[i]->type - TR_MESSAGE_FIRST] = app_shapes[i];
}

int tr_shapes_check(void)
{
    if (conflict == NULL)
        return 0;
    if (taken == NULL) {
        tr_log(TR_LOG_ERROR, "event=too_many_messages message=%s cap=%d", conflict->name,
               APP_SHAPES_CAP);
        return TR_EFULL;
    }
    tr_log(TR_LOG_ERROR, "event=message_number_taken number=%u message=%s taken_by=%s",
           conflict->type, conflict->name, taken->name);
    return TR_EEXISTS;
}

const tr_shape *tr_shape_find(uint32_t type)
{
    if (type < sizeof by_type / sizeof by_type[0])
        return by_type[type];
    if (type - TR_MESSAGE_FIRST < NEAR_SHAPES)
        return near_shapes[type - TR_MESSAGE_FIRST];
    size_t low = 0;
    size_t high = app_shape_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (app_shapes[middle]->type == type)
            return app_shapes[middle];
        if (app_shapes[middle]->type < type)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

uint32_t tr_shape_answer(uint32_t question)
{
    static const uint16_t answers[] = {
#define MESSAGE(name, number, class, doc, fields)
#define ANSWERED_BY(question, answer) [TR_MSG_##question] = TR_MSG_##answer,
#include "wire/messages.def"
#undef MESSAGE
    };
    return question < sizeof answers / sizeof answers[0] ? answers[question] : 0;
}

bool tr_shape_tells_when_gone(uint32_t type)
{
    static const bool tells[] = {
#define MESSAGE(name, number, class, doc, fields)
#define TELLS_WHEN_GONE(name) [TR_MSG_##name] = true,
#include "wire/messages.def"
#undef MESSAGE
    };
    return type < sizeof tells / sizeof tells[0] && tells[type];
}

const tr_shape *tr_shape_all(size_t *out_count)
{
    *out_count = ROW_COUNT;
    return shapes;
}
