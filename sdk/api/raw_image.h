#ifndef TR_SDK_API_RAW_IMAGE_H
#define TR_SDK_API_RAW_IMAGE_H

// Sends pictures to a RawImage control as bytes over its data channel. The browser answers each
// once it is drawn, so that a stream of them goes no faster than the browser. Codes as of
// tr_channel_ask.
//
// Thread: the session's.

#include "sdk/session/channel.h"

// `pixels`: width * height * 4 bytes, premultiplied RGBA. TR_EINVALID: another count.
int tr_raw_image_show_pixels(tr_session *session, uint32_t control, uint32_t width, uint32_t height,
                             tr_slice pixels, tr_channel_answer *on_answer, void *arg)
    __attribute__((warn_unused_result));

// `picture`: a file's bytes (PNG, JPEG, WebP).
int tr_raw_image_show_file(tr_session *session, uint32_t control, tr_slice picture,
                           tr_channel_answer *on_answer, void *arg)
    __attribute__((warn_unused_result));

int tr_raw_image_clear(tr_session *session, uint32_t control, tr_channel_answer *on_answer,
                       void *arg) __attribute__((warn_unused_result));

#endif
