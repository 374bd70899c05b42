#ifndef TR_SDK_SESSION_CHANNEL_H
#define TR_SDK_SESSION_CHANNEL_H

// Data channels (protocol section 15): bytes between a control in the browser and the session,
// beside the page. The browser opens one for a control of a kind that has any (RawImage) and
// numbers it; it ends with the browser's connection.
//
// Thread: the session's.

#include "sdk/session/session_record.h"
#include "wire/reader.h"

// `result` 0: the browser's next packet. TR_EGONE: the browser was detached, or opened the channel
// anew. TR_ECANCELLED: the session moves.
typedef void tr_channel_answer(void *arg, int result, tr_slice payload);

// Sends a packet that the browser answers by one of its own; answers come in the order of the
// packets. 0; TR_EUNAVAILABLE (the control has no such channel yet), TR_EGONE, TR_EFULL, TR_ETOOBIG;
// on failure `on_answer` is not called.
int tr_channel_ask(tr_session *session, uint32_t control, const char *name, tr_slice payload,
                   tr_channel_answer *on_answer, void *arg) __attribute__((warn_unused_result));

// The browser's event data_channel_open, whose data is a map of `channel_name` and `channel_id`.
void tr_channel_on_open(tr_session *session, uint32_t control, tr_slice data);

// A packet from the browser. Of no channel, or awaited by nobody: dropped.
void tr_channel_on_packet(tr_session *session, const tr_msg_browser_channel *packet);

// Which are open, in a session's file; what was asked of them is asked no more. TR_EPROTOCOL.
void tr_channels_write(const tr_session *session, tr_buf *out);
int tr_channels_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

// Answers all that wait with TR_ECANCELLED; the channels stay.
void tr_channels_cancel(tr_session *session);

// The connection is gone, and all channels with it.
void tr_channels_end(tr_session *session);

#endif
