#include "wire/messages.h"

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
                    sizeof(tr_msg_##name)},
#include "wire/messages.def"
#undef MESSAGE
};

// A number used twice does not compile (-Woverride-init).
static const tr_shape *const by_type[] = {
#define MESSAGE(name, number, class, doc, fields) [number] = &shapes[ROW_##name],
#include "wire/messages.def"
#undef MESSAGE
};

const tr_shape *tr_shape_find(unsigned type)
{
    return type < sizeof by_type / sizeof by_type[0] ? by_type[type] : NULL;
}

const tr_shape *tr_shape_all(size_t *out_count)
{
    *out_count = ROW_COUNT;
    return shapes;
}
