#include "sdk/session/shard_set.h"

void tr_shard_set_add(tr_sessions *self, unsigned shard, uint64_t epoch)
{
    if (self->shard_epochs[shard] == 0)
        self->shards[self->shard_count++] = (uint16_t)shard;
    self->shard_epochs[shard] = epoch;
}

void tr_shard_set_drop(tr_sessions *self, unsigned shard)
{
    self->shard_epochs[shard] = 0;
    for (uint32_t i = 0; i < self->shard_count; i++)
        if (self->shards[i] == shard)
            self->shards[i--] = self->shards[--self->shard_count];
}
