#include "base/token_bucket.h"

void tr_token_bucket_fill(tr_token_bucket *self, uint32_t per_s, uint32_t burst, uint64_t now_ms)
{
    if (self->count == burst) {
        self->filled_ms = now_ms;
        return;
    }
    uint64_t more = (now_ms - self->filled_ms) * per_s / 1000;
    if (more == 0)
        return; // so that many short times add up
    self->filled_ms = now_ms;
    uint64_t count = self->count + more;
    self->count = count > burst ? burst : (uint32_t)count;
}

uint32_t tr_token_bucket_take(tr_token_bucket *self)
{
    if (self->count != 0)
        self->count--;
    return self->count;
}
