#include "wire/session_id.h"

#include "base/must.h"
#include "base/random.h"
#include "wire/limits.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

static int digit(char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

void tr_session_id_make(char out[TR_SESSION_ID_SIZE + 1], unsigned shard)
{
    tr_must(shard < TR_SHARDS);
    uint8_t bytes[TR_SESSION_ID_SIZE];
    tr_random_bytes(bytes, sizeof bytes);
    for (unsigned i = 0; i < TR_SESSION_ID_SIZE; i++)
        out[i] = alphabet[bytes[i] & 31];
    out[0] = alphabet[shard >> 5];
    out[1] = alphabet[shard & 31];
    out[TR_SESSION_ID_SIZE] = '\0';
}

int tr_session_id_shard(tr_slice id)
{
    if (id.size != TR_SESSION_ID_SIZE)
        return -1;
    for (unsigned i = 0; i < id.size; i++)
        if (digit(id.data[i]) < 0)
            return -1;
    return digit(id.data[0]) << 5 | digit(id.data[1]);
}

void tr_session_id_twin(char out[TR_SESSION_ID_SIZE + 1], const char *id)
{
    tr_must(tr_session_id_shard((tr_slice){id, TR_SESSION_ID_SIZE}) >= 0);
    for (unsigned i = 0; i < TR_SESSION_ID_SIZE; i++)
        out[i] = i < 2 ? id[i] : alphabet[digit(id[i]) ^ 16];
    out[TR_SESSION_ID_SIZE] = '\0';
}
