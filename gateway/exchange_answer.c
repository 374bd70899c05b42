#include "gateway/exchange_answer.h"

#include <stdint.h>
#include <string.h>

#include "base/number.h"

enum { STATUS_LINE_BYTES = 12 }; // "HTTP/1.1 200"

// Behind the empty line; NULL: it has not come.
static const char *end_of_head(tr_slice in)
{
    const char *end = in.size >= 4 ? memmem(in.data, in.size, "\r\n\r\n", 4) : NULL;
    return end != NULL ? end + 4 : NULL;
}

static tr_slice take_line(tr_slice *head)
{
    const char *end = memmem(head->data, head->size, "\r\n", 2);
    uint32_t size = end != NULL ? (uint32_t)(end - head->data) : head->size;
    tr_slice line = {head->data, size};
    uint32_t cut = end != NULL ? size + 2 : size;
    head->data += cut;
    head->size -= cut;
    return line;
}

static void make_small(tr_slice name)
{
    char *at = (char *)(uintptr_t)name.data; // our own buffer's
    for (uint32_t i = 0; i < name.size; i++)
        if (at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] | 0x20);
}

static bool split(tr_slice line, tr_embed_header *out)
{
    const char *colon = memchr(line.data, ':', line.size);
    if (colon == NULL)
        return false;
    uint32_t size = (uint32_t)(colon - line.data);
    *out = (tr_embed_header){{line.data, size}, {colon + 1, line.size - size - 1}};
    while (out->value.size != 0 && out->value.data[0] == ' ') {
        out->value.data++;
        out->value.size--;
    }
    make_small(out->name);
    return true;
}

typedef struct answer_head {
    unsigned status;
    bool is_chunked;
    bool has_length;
    uint64_t length;
} answer_head;

// Of the connection between the edge and the exchange, or of how the body went over it.
static bool take_own(answer_head *head, const tr_embed_header *header)
{
    if (tr_slice_is(header->name, "transfer-encoding"))
        head->is_chunked = true;
    else if (tr_slice_is(header->name, "content-length"))
        head->has_length = tr_digits_parse(header->value, &head->length);
    return tr_slice_is(header->name, "transfer-encoding") ||
           tr_slice_is(header->name, "connection") || tr_slice_is(header->name, "keep-alive") ||
           tr_slice_is(header->name, "sec-websocket-accept") ||
           (head->status == 101 && tr_slice_is(header->name, "upgrade"));
}

static bool parse_head(tr_answer_reader *self, tr_slice text, answer_head *head)
{
    tr_slice line = take_line(&text);
    uint64_t status;
    if (line.size < STATUS_LINE_BYTES || memcmp(line.data, "HTTP/1.", 7) != 0 ||
        !tr_digits_parse((tr_slice){line.data + 9, 3}, &status))
        return false;
    head->status = (unsigned)status;
    self->headers.size = 0;
    while ((line = take_line(&text)).size != 0) {
        tr_embed_header header;
        if (!split(line, &header))
            return false;
        if (!take_own(head, &header))
            tr_buf_append(&self->headers, &header, sizeof header);
    }
    return true;
}

static enum tr_answer_state state_behind(const tr_answer_reader *self, const answer_head *head)
{
    if (head->status == 101)
        return TR_ANSWER_UPGRADED;
    if (self->is_head || head->status == 204 || head->status == 304)
        return TR_ANSWER_LAST;
    if (head->is_chunked)
        return TR_ANSWER_CHUNKS;
    if (!head->has_length)
        return TR_ANSWER_UNTIL_END;
    return head->length != 0 ? TR_ANSWER_LENGTH : TR_ANSWER_LAST;
}

static void cut(tr_slice *in, uint32_t size)
{
    in->data += size;
    in->size -= size;
}

static int read_head(tr_answer_reader *self, tr_slice *in, tr_exchange_event *out)
{
    answer_head head = {0};
    const char *end = end_of_head(*in);
    if (end == NULL)
        return 0;
    uint32_t size = (uint32_t)(end - in->data);
    if (!parse_head(self, (tr_slice){in->data, size}, &head))
        return TR_EMALFORMED;
    cut(in, size);
    if (head.status < 200 && head.status != 101)
        return read_head(self, in, out); // "100 Continue", which nobody has asked for
    self->state = state_behind(self, &head);
    self->left = head.length;
    *out = (tr_exchange_event){.kind = TR_EXCHANGE_HEAD,
                               .status = head.status,
                               .headers = (const tr_embed_header *)(void *)self->headers.data,
                               .header_count = self->headers.size / sizeof(tr_embed_header)};
    return 1;
}

static int tell_body(tr_slice piece, tr_exchange_event *out)
{
    *out = (tr_exchange_event){.kind = TR_EXCHANGE_BODY, .bytes = piece.data, .size = piece.size};
    return 1;
}

static int tell_end(tr_answer_reader *self, tr_exchange_event *out)
{
    self->state = TR_ANSWER_OVER;
    *out = (tr_exchange_event){.kind = TR_EXCHANGE_END};
    return 1;
}

static int read_length(tr_answer_reader *self, tr_slice *in, tr_exchange_event *out)
{
    tr_slice piece = *in;
    if (piece.size > self->left)
        piece.size = (uint32_t)self->left;
    if (piece.size == 0)
        return 0;
    cut(in, piece.size);
    self->left -= piece.size;
    if (self->left == 0)
        self->state = TR_ANSWER_LAST;
    return tell_body(piece, out);
}

static int read_chunk(tr_answer_reader *self, tr_slice *in, tr_exchange_event *out)
{
    tr_slice piece;
    int result = tr_chunked_next(&self->chunks, in, &piece);
    if (result == TR_CHUNKED_PIECE)
        return tell_body(piece, out);
    return result == TR_CHUNKED_END ? tell_end(self, out) : result;
}

static int read_until_end(tr_slice *in, tr_exchange_event *out)
{
    tr_slice piece = *in;
    cut(in, piece.size);
    return piece.size != 0 ? tell_body(piece, out) : 0;
}

int tr_answer_read(tr_answer_reader *self, tr_slice *in, tr_exchange_event *out)
{
    switch (self->state) {
    case TR_ANSWER_BEGIN:
        return read_head(self, in, out);
    case TR_ANSWER_LENGTH:
        return read_length(self, in, out);
    case TR_ANSWER_CHUNKS:
        return read_chunk(self, in, out);
    case TR_ANSWER_UNTIL_END:
        return read_until_end(in, out);
    case TR_ANSWER_LAST:
        return tell_end(self, out);
    default:
        return 0;
    }
}

bool tr_answer_ends_here(const tr_answer_reader *self)
{
    return self->state == TR_ANSWER_UNTIL_END;
}

void tr_answer_reader_done(tr_answer_reader *self)
{
    tr_buf_done(&self->headers);
}
