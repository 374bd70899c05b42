#include "gateway/chunked.h"

#include "troupe/err.h"

enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_LF, END };
enum { DIGITS_CAP = 15, SPARE_CAP_BYTES = 4096 };

static int digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    char small = (char)(character | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

static int begin_chunk(tr_chunked *self)
{
    self->state = self->left != 0 ? DATA : TRAILER;
    self->digits = 0;
    self->has_text = false;
    return 0;
}

static int on_size(tr_chunked *self, char character)
{
    int digit = digit_of(character);
    if (digit >= 0) {
        if (++self->digits > DIGITS_CAP)
            return TR_EMALFORMED;
        self->left = self->left << 4 | (uint64_t)digit;
        return 0;
    }
    bool may_end = character == '\r' || character == ';' || character == ' ' || character == '\t';
    if (self->digits == 0 || !may_end)
        return TR_EMALFORMED;
    self->state = character == '\r' ? SIZE_LF : EXTENSION;
    return 0;
}

static int spare_one(tr_chunked *self)
{
    return ++self->spare > SPARE_CAP_BYTES ? TR_EMALFORMED : 0;
}

static int on_trailer(tr_chunked *self, char character)
{
    if (character == '\r') {
        self->state = TRAILER_LF;
        return 0;
    }
    self->has_text = true;
    return character == '\n' ? TR_EMALFORMED : spare_one(self);
}

static int on_trailer_lf(tr_chunked *self, char character)
{
    self->state = self->has_text ? TRAILER : END;
    self->has_text = false;
    return character == '\n' ? 0 : TR_EMALFORMED;
}

// One byte that is none of the body's.
static int step(tr_chunked *self, char character)
{
    switch (self->state) {
    case SIZE:
        return on_size(self, character);
    case EXTENSION:
        if (character == '\r')
            self->state = SIZE_LF;
        return character == '\n' ? TR_EMALFORMED : spare_one(self);
    case SIZE_LF:
        return character == '\n' ? begin_chunk(self) : TR_EMALFORMED;
    case DATA_CR:
        self->state = DATA_LF;
        return character == '\r' ? 0 : TR_EMALFORMED;
    case DATA_LF:
        self->state = SIZE;
        return character == '\n' ? 0 : TR_EMALFORMED;
    case TRAILER:
        return on_trailer(self, character);
    default:
        return on_trailer_lf(self, character);
    }
}

static int take_piece(tr_chunked *self, tr_slice *in, tr_slice *out)
{
    uint32_t size = self->left < in->size ? (uint32_t)self->left : in->size;
    *out = (tr_slice){in->data, size};
    in->data += size;
    in->size -= size;
    self->left -= size;
    if (self->left == 0)
        self->state = DATA_CR;
    return TR_CHUNKED_PIECE;
}

int tr_chunked_next(tr_chunked *self, tr_slice *in, tr_slice *out)
{
    while (in->size != 0 && self->state != END) {
        if (self->state == DATA)
            return take_piece(self, in, out);
        if (step(self, *in->data) < 0)
            return TR_EMALFORMED;
        in->data++;
        in->size--;
    }
    return self->state == END ? TR_CHUNKED_END : TR_CHUNKED_MORE;
}
