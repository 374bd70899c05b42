#include "sdk/api/raw_image.h"

#include "troupe/err.h"

enum { SHOW_FILE = 1, CLEAR = 3, SHOW_PIXELS = 4 };

static int ask(tr_session *session, uint32_t control, tr_buf *message, tr_slice more,
               tr_channel_answer *on_answer, void *arg)
{
    tr_buf_append(message, more.data, more.size);
    int result = tr_channel_ask(session, control, "frames",
                                (tr_slice){(const char *)message->data, (uint32_t)message->size},
                                on_answer, arg);
    tr_buf_done(message);
    return result;
}

static void put(uint8_t *out, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(number >> (8 * i));
}

int tr_raw_image_show_pixels(tr_session *session, uint32_t control, uint32_t width, uint32_t height,
                             tr_slice pixels, tr_channel_answer *on_answer, void *arg)
{
    if ((uint64_t)width * height * 4 != pixels.size)
        return TR_EINVALID;
    uint8_t head[9] = {SHOW_PIXELS};
    put(head + 1, width);
    put(head + 5, height);
    tr_buf message = {0};
    tr_buf_append(&message, head, sizeof head);
    return ask(session, control, &message, pixels, on_answer, arg);
}

int tr_raw_image_show_file(tr_session *session, uint32_t control, tr_slice picture,
                           tr_channel_answer *on_answer, void *arg)
{
    tr_buf message = {0};
    tr_buf_append(&message, (uint8_t[]){SHOW_FILE}, 1);
    return ask(session, control, &message, picture, on_answer, arg);
}

int tr_raw_image_clear(tr_session *session, uint32_t control, tr_channel_answer *on_answer,
                       void *arg)
{
    tr_buf message = {0};
    tr_buf_append(&message, (uint8_t[]){CLEAR}, 1);
    return ask(session, control, &message, (tr_slice){0}, on_answer, arg);
}
