#include "actors/core/send.h"

#include <string.h>

#include "actors/core/actor.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/unsent.h"
#include "troupe/err.h"
#include "wire/limits.h"

// Packets were moved into the message by tr_message_new; when it cannot be sent they stay with the
// caller's body, so they are taken out again before the message is freed.
static void forget_packets(tr_message *message)
{
    for (unsigned i = 0; i < message->shape->field_count; i++)
        if (message->shape->fields[i].kind == TR_FIELD_packet)
            memset(message->body + message->shape->fields[i].offset, 0, sizeof(tr_packet *));
}

static int send_view(tr_core *core, tr_message *message)
{
    int result = core->send_out(core, message);
    if (result == 0)
        tr_message_view_sent(message);
    return result;
}

// Looked at before anything is allocated, and the same for every way: what a receiver elsewhere
// would refuse must not be accepted here.
static int check(unsigned type, const void *body)
{
    const tr_shape *shape = tr_shape_find(type);
    if (shape == NULL || body == NULL)
        return TR_EINVALID;
    return tr_message_content_size(shape, body) > TR_MESSAGE_CAP_BYTES ? TR_ETOOBIG : 0;
}

static void address(tr_message *message, const tr_send_options *options)
{
    message->from = options->from;
    message->to = options->to;
    message->flags = options->flags;
    message->correlation = options->correlation;
}

static tr_message *message_of(const tr_send_options *options, unsigned type, const void *body)
{
    tr_message *message = tr_message_new(type, body);
    address(message, options);
    return message;
}

static int send_here(tr_core *core, const tr_send_options *options, unsigned type, const void *body)
{
    tr_message *message = message_of(options, type, body);
    int result = tr_core_deliver_here(core, &message);
    if (message != NULL) {
        if (result < 0)
            forget_packets(message);
        tr_message_free(message);
    }
    return result;
}

// A message that leaves the thread is encoded in this call and needs no block.
static int send_elsewhere(tr_core *core, const tr_send_options *options, unsigned type,
                          const void *body)
{
    tr_message_view view;
    tr_message *message = tr_message_view_of(&view, type, body);
    address(message, options);
    return send_view(core, message);
}

int tr_core_send(tr_core *core, const tr_send_options *options, unsigned type, const void *body)
{
    TR_ENTER(core);
    int result = check(type, body);
    if (result < 0)
        return result;
    if (options->keep_in != NULL)
        return tr_unsent_send(options->keep_in, core, message_of(options, type, body)) ? 0
                                                                                       : TR_EFULL;
    return tr_core_is_here(core, options->to) ? send_here(core, options, type, body)
                                              : send_elsewhere(core, options, type, body);
}

int tr_send_body(tr_core *core, tr_address from, tr_address to, uint32_t type, const void *body)
{
    return tr_core_send(core, &(tr_send_options){.from = from, .to = to}, type, body);
}

int tr_answer_body(tr_core *core, const tr_message *question, uint32_t type, const void *body)
{
    TR_REQUIRE(question != NULL && (question->flags & TR_FLAG_ASK) != 0);
    return tr_core_send(core,
                        &(tr_send_options){.from = question->to,
                                           .to = question->from,
                                           .flags = TR_FLAG_ANSWER,
                                           .correlation = question->correlation},
                        type, body);
}
