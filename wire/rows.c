#include "wire/rows.h"

#include <string.h>

#include "wire/field.h"
#include "wire/limits.h"

#define FIELD(message, kind, name, doc)                                                            \
    {#name, doc, offsetof(tr_row_##message, name), TR_FIELD_##kind},
#define MESSAGE(name, number, class, doc, fields)
#define ROW(name, required, cap, doc, fields)                                                      \
    static const tr_field fields_##name[] = {fields};                                              \
    const tr_row_shape tr_row_shape_##name = {                                                     \
        #name,      fields_##name,         sizeof fields_##name / sizeof fields_##name[0],         \
        (required), sizeof(tr_row_##name), (cap)};
#include "wire/messages.def"
#undef ROW
#undef MESSAGE
#undef FIELD

tr_rows tr_rows_of(const tr_row_shape *shape, tr_slice list)
{
    tr_rows self = {.shape = shape, .in = tr_reader_of(list)};
    uint32_t count = list.size != 0 ? tr_reader_array(&self.in) : 0;
    self.in.failed |= count > shape->cap;
    self.left = self.in.failed ? 0 : count;
    return self;
}

static bool read_row(tr_rows *self, void *out_row)
{
    memset(out_row, 0, self->shape->size);
    tr_reader in = tr_reader_of(self->row);
    return tr_fields_read(&in, self->shape->fields, self->shape->field_count, self->shape->required,
                          out_row) == 0;
}

bool tr_rows_next(tr_rows *self, void *out_row)
{
    while (self->left != 0) {
        self->left--;
        self->row = tr_reader_skip(&self->in);
        if (self->in.failed)
            self->left = 0;
        else if (read_row(self, out_row))
            return true;
        else
            self->broken++;
    }
    return false;
}

bool tr_rows_are_whole(const tr_rows *self)
{
    return !self->in.failed && tr_reader_at_end(&self->in);
}

bool tr_rows_are_sound(const tr_rows *self)
{
    return tr_rows_are_whole(self) && self->broken == 0;
}

void tr_row_write_body(tr_buf *out, const tr_row_shape *shape, const void *row)
{
    tr_fields_write(out, shape->fields, shape->field_count, row);
}
