#include "gateway/browser_facts.h"

#include "base/mem.h"

static void copy_header(tr_slice text, char *out, size_t cap)
{
    uint32_t size = text.size < cap ? text.size : (uint32_t)cap;
    for (uint32_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        out[i] = byte >= 0x80 || byte < 0x20 ? '?' : (char)byte;
    }
    out[size] = '\0';
}

tr_browser_facts *tr_browser_facts_of(const tr_edge_client *client)
{
    tr_browser_facts *facts = tr_try_alloc(sizeof *facts);
    if (facts == NULL)
        return NULL;
    copy_header(client->user_agent, facts->user_agent, TR_USER_AGENT_CAP_BYTES);
    copy_header(client->origin, facts->origin, TR_ORIGIN_CAP_BYTES);
    copy_header(tr_slice_of(client->browser_key), facts->browser_key, TR_BROWSER_KEY_SIZE);
    facts->user = *client->user;
    return facts;
}
