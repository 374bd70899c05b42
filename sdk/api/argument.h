#ifndef TR_SDK_API_ARGUMENT_H
#define TR_SDK_API_ARGUMENT_H

// Fields of the structs behind ui_text(...), ui_padding(...), ui_focus(...) as msgpack: numbers,
// texts, and value structs (padding, text style …), which become maps.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "troupe/slice.h"

enum tr_given {
    TR_GIVEN_NOT,
    TR_GIVEN_VALUE,
    TR_GIVEN_RESET // UI_DEFAULT, UI_NONE: back to the default, or, in a value, the same as not
                   // given
};

// The value of a field of that kind (enum tr_arg).
enum tr_given tr_argument_given(const char *at, unsigned kind);

// Writes the field at `offset`; `kind` is an enum tr_arg (not of a control, list of controls or
// event), `extra` its table's. False, and nothing is written, when it was not given.
bool tr_argument_write(tr_buf *out, const char *base, uint16_t offset, unsigned kind,
                       unsigned extra);

// The same for a field that is a pointer, not NULL.
bool tr_argument_write_pointer(tr_buf *out, const void *pointer, unsigned kind, unsigned extra);

void tr_argument_write_duration(tr_buf *out, int milliseconds);

// The wire name of an enumeration's member; NULL, and a line in the log, when there is none.
const char *tr_argument_member(unsigned enumeration, int member);

// One that is too long stays too long, so that it is refused later on.
tr_slice tr_argument_text(const char *text);

#endif
