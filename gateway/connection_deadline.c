// When a connection has to be looked at again, whatever comes or does not come.

#include "gateway/connection.h"
#include "wire/limits.h"

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

uint64_t tr_connection_silence_deadline(const tr_connection *self)
{
    if (self->state != TR_CONNECTION_ATTACHED)
        return 0;
    return self->heard_ms + self->limits->ping_ms + (self->is_pinged ? TR_PONG_MS : 0);
}

uint64_t tr_connection_deadline(const tr_connection *self)
{
    if (self->state == TR_CONNECTION_CLOSED)
        return 0;
    if (self->state == TR_CONNECTION_CLOSING)
        return self->since_ms + TR_CLOSE_DEADLINE_MS;
    uint64_t at = tr_connection_silence_deadline(self);
    if (self->state == TR_CONNECTION_OPENED)
        at = sooner(at, self->since_ms + TR_REGISTER_DEADLINE_MS);
    else if (self->state == TR_CONNECTION_PLACING)
        at = sooner(at, self->since_ms + TR_PLACE_DEADLINE_MS);
    else if (self->state == TR_CONNECTION_REGISTERING)
        at = sooner(at, self->since_ms + TR_ATTACH_DEADLINE_MS);
    if (self->hold_ms != 0)
        at = sooner(at, self->hold_ms + TR_HOLD_DEADLINE_MS);
    if (self->incoming.since_ms != 0 && self->is_reading)
        at = sooner(at, self->incoming.since_ms + TR_MESSAGE_DEADLINE_MS);
    if (self->write_since_ms != 0)
        at = sooner(at, self->write_since_ms + TR_WRITE_DEADLINE_MS);
    uint64_t away = self->drain_ms + (self->is_leaving ? TR_CLOSE_DEADLINE_MS : 0);
    return sooner(sooner(at, self->retry_ms), away);
}
