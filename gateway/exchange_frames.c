#include "gateway/exchange_frames.h"

#include <string.h>

enum { FIN = 0x80, MASK = 0x80, CODE = 0x0f, SIZE_16 = 126, SIZE_64 = 127, CONTROL = 0x08 };

static uint64_t number_of(const unsigned char *bytes, unsigned count)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

static void cut(tr_slice *in, size_t size)
{
    in->data += size;
    in->size -= (uint32_t)size;
}

typedef struct frame_head {
    size_t size; // of the head; 0: it is not whole
    unsigned code;
    bool is_last;
    uint64_t left;
} frame_head;

static frame_head head_of(tr_slice in)
{
    const unsigned char *bytes = (const unsigned char *)in.data;
    if (in.size < 2)
        return (frame_head){0};
    unsigned size = bytes[1] & ~(unsigned)MASK;
    unsigned more = size == SIZE_16 ? 2 : size == SIZE_64 ? 8 : 0;
    if (in.size < 2 + more)
        return (frame_head){0};
    return (frame_head){.size = 2 + more,
                        .code = bytes[0] & (unsigned)CODE,
                        .is_last = (bytes[0] & FIN) != 0,
                        .left = more != 0 ? number_of(bytes + 2, more) : size};
}

static int tell_message(const tr_frame_reader *self, tr_slice bytes, tr_exchange_event *out)
{
    *out = (tr_exchange_event){.kind = TR_EXCHANGE_MESSAGE,
                               .bytes = bytes.data,
                               .size = bytes.size,
                               .is_text = self->is_text};
    return TR_FRAMES_EVENT;
}

static int tell_close(tr_slice payload, tr_exchange_event *out)
{
    bool has_code = payload.size >= 2;
    *out = (tr_exchange_event){
        .kind = TR_EXCHANGE_CLOSED,
        .status = has_code ? (unsigned)number_of((const unsigned char *)payload.data, 2) : 1005,
        .bytes = has_code ? payload.data + 2 : "",
        .size = has_code ? payload.size - 2 : 0};
    return TR_FRAMES_EVENT;
}

// Whole, as it has at most 125 bytes.
static int read_control(const frame_head *head, tr_slice *in, tr_exchange_event *out)
{
    if (!head->is_last || head->left >= SIZE_16)
        return TR_EMALFORMED;
    if (in->size < head->size + head->left)
        return TR_FRAMES_MORE;
    tr_slice payload = {in->data + head->size, (uint32_t)head->left};
    cut(in, head->size + head->left);
    if (head->code == TR_FRAME_CLOSE)
        return tell_close(payload, out);
    *out = (tr_exchange_event){.bytes = payload.data, .size = payload.size};
    return head->code == TR_FRAME_PING ? TR_FRAMES_PING : TR_FRAMES_MORE;
}

// What has come of the frame goes to the message.
static int read_payload(tr_frame_reader *self, tr_slice *in, tr_exchange_event *out)
{
    size_t size = in->size < self->left ? in->size : (size_t)self->left;
    tr_buf_append(&self->message, in->data, size);
    cut(in, size);
    self->left -= size;
    self->is_inside = self->left != 0;
    if (self->is_inside)
        return TR_FRAMES_MORE;
    if (!self->is_last)
        return tr_frames_read(self, in, out);
    self->is_told = true;
    return tell_message(self, tr_buf_slice(&self->message), out);
}

static int begin_frame(tr_frame_reader *self, tr_slice *in, tr_exchange_event *out)
{
    frame_head head = head_of(*in);
    if (head.size == 0)
        return TR_FRAMES_MORE;
    if ((head.code & CONTROL) != 0) {
        uint32_t before = in->size;
        int result = read_control(&head, in, out);
        // A pong, which nobody waits for.
        return result == TR_FRAMES_MORE && in->size != before ? begin_frame(self, in, out) : result;
    }
    if (head.code != TR_FRAME_CONTINUATION)
        self->is_text = head.code == TR_FRAME_TEXT;
    bool is_whole = head.is_last && self->message.size == 0 && in->size - head.size >= head.left;
    cut(in, head.size);
    if (is_whole) {
        tr_slice payload = {in->data, (uint32_t)head.left};
        cut(in, payload.size);
        return tell_message(self, payload, out);
    }
    self->is_inside = true;
    self->is_last = head.is_last;
    self->left = head.left;
    return read_payload(self, in, out);
}

int tr_frames_read(tr_frame_reader *self, tr_slice *in, tr_exchange_event *out)
{
    if (self->is_told)
        tr_buf_done(&self->message);
    self->is_told = false;
    return self->is_inside ? read_payload(self, in, out) : begin_frame(self, in, out);
}

void tr_frame_reader_done(tr_frame_reader *self)
{
    tr_buf_done(&self->message);
}

size_t tr_frame_head_write(unsigned char out[TR_FRAME_HEAD_CAP_BYTES], enum tr_frame_code code,
                           uint64_t size)
{
    unsigned more = size < SIZE_16 ? 0 : size <= UINT16_MAX ? 2 : 8;
    out[0] = (unsigned char)(FIN | code);
    out[1] = (unsigned char)(MASK | (more == 0 ? size : more == 2 ? SIZE_16 : SIZE_64));
    for (unsigned i = 0; i < more; i++)
        out[2 + i] = (unsigned char)(size >> (8 * (more - 1 - i)));
    memset(out + 2 + more, 0, 4);
    return 2 + more + 4;
}
