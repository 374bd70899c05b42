#ifndef TR_SDK_API_FORM_VALUE_H
#define TR_SDK_API_FORM_VALUE_H

// What a form's member holds as text, the way back, and the rules in between
// (troupe/pages/form.h). Pure.
//
// Thread: any.

#include "troupe/pages/form.h"
#include "troupe/slice.h"

// The member as it is written in a field: a number without a needless fraction, a flag as "true" or
// "false". `out` has UI_FORM_TEXT_CAP_BYTES.
void tr_field_write(const ui_field *self, const void *state, char *out);

// Puts what was entered into the member. False: it is no value of it, and the member is as before;
// a text that does not fit is cut at a whole character.
bool tr_field_read(const ui_field *self, void *state, const char *text);

// Would the member hold all of it?
bool tr_field_fits(const ui_field *self, const char *text);

// May a field go on showing this text: is it what the member holds, in other words, or nothing that
// it could hold?
bool tr_field_may_show(const ui_field *self, const void *state, const char *text);

// What is wrong with it; NULL: nothing. A static text, the author's, or ui_format's.
const char *tr_field_error(const ui_field *self, const char *text);

static inline bool tr_field_has_rules(const ui_field *self)
{
    return self->required != NULL || self->check != NULL ||
           (self->kind != 'b' && self->kind != 'c');
}

#endif
