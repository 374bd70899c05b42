#include "actors/core/forward.h"

#include "actors/core/core_record.h"
#include "troupe/err.h"
#include "wire/limits.h"

int tr_core_post_message(tr_core *self, tr_message **message)
{
    if (tr_message_content_size((*message)->shape, (*message)->body) > TR_MESSAGE_CAP_BYTES)
        return TR_ETOOBIG;
    return tr_core_is_here(self, (*message)->to) ? tr_core_deliver_here(self, message)
                                                 : self->send_out(self, *message);
}
