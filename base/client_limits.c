#include "base/client_limits.h"

#include <arpa/inet.h>
#include <string.h>
#include <utlist.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/log_budget.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "base/table.h"
#include "base/token_bucket.h"

enum { ADDRESS_CAP_BYTES = 64 };

struct tr_client_entry {
    tr_client_limits *limits;
    tr_client_key key;
    uint32_t counts[TR_CLIENT_USES];
    tr_token_bucket sessions;
    bool is_idle;          // in the list of those that have nothing
    tr_client_entry *next; // there, by when they came to it
    tr_client_entry *prev;
    UT_hash_handle by_key;
};

struct tr_client_limits {
    tr_lock lock;
    tr_client_caps caps;
    tr_client_entry *by_key;
    tr_client_entry *idle;
    uint32_t idle_count;
};

bool tr_client_key_read(tr_slice address, tr_client_key *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char text[ADDRESS_CAP_BYTES];
    if (address.size == 0 || address.size >= sizeof text)
        return false;
    memcpy(text, address.data, address.size);
    text[address.size] = '\0';
    text[strcspn(text, "%")] = '\0'; // an interface's name
    memcpy(out->bytes, mapped, sizeof mapped);
    if (inet_pton(AF_INET, text, out->bytes + sizeof mapped) == 1)
        return true;
    if (inet_pton(AF_INET6, text, out->bytes) != 1)
        return false;
    if (memcmp(out->bytes, mapped, sizeof mapped) != 0)
        memset(out->bytes + 8, 0, 8);
    return true;
}

tr_client_limits *tr_client_limits_new(const tr_client_caps *caps)
{
    tr_client_limits *self = tr_new(tr_client_limits);
    tr_lock_init(&self->lock, "clients", TR_LOCK_CLIENTS);
    self->caps = *caps;
    return self;
}

static void forget(tr_client_entry *client)
{
    tr_client_limits *self = client->limits;
    if (client->is_idle) {
        DL_DELETE(self->idle, client);
        self->idle_count--;
    }
    HASH_DELETE(by_key, self->by_key, client);
    tr_free(client);
}

void tr_client_limits_free(tr_client_limits **self)
{
    tr_client_limits *limits = *self;
    if (limits == NULL)
        return;
    tr_client_entry *client;
    tr_client_entry *next;
    HASH_ITER (by_key, limits->by_key, client, next)
        forget(client);
    tr_lock_done(&limits->lock);
    tr_free(limits);
    *self = NULL;
}

static uint32_t burst_of(const tr_client_limits *self)
{
    return self->caps.sessions_per_s * TR_CLIENT_SESSIONS_BURST;
}

static bool has_any(const tr_client_entry *client)
{
    for (unsigned use = 0; use < TR_CLIENT_USES; use++)
        if (client->counts[use] != 0)
            return true;
    return false;
}

// The ones that have nothing and whose bucket is full are as good as new.
static void forget_old(tr_client_limits *self, uint64_t now_ms)
{
    while (self->idle != NULL) {
        tr_client_entry *oldest = self->idle;
        tr_token_bucket_fill(&oldest->sessions, self->caps.sessions_per_s, burst_of(self), now_ms);
        if (oldest->sessions.count < burst_of(self) && self->idle_count <= TR_CLIENTS_IDLE_CAP)
            return;
        forget(oldest);
    }
}

static void put_aside(tr_client_entry *client)
{
    tr_client_limits *self = client->limits;
    if (client->is_idle || has_any(client))
        return;
    client->is_idle = true;
    self->idle_count++;
    DL_APPEND(self->idle, client);
}

static void use_again(tr_client_entry *client)
{
    if (!client->is_idle)
        return;
    client->is_idle = false;
    client->limits->idle_count--;
    DL_DELETE(client->limits->idle, client);
}

static tr_client_entry *find(tr_client_limits *self, const tr_client_key *key, uint64_t now_ms)
{
    tr_client_entry *client = NULL;
    forget_old(self, now_ms);
    HASH_FIND(by_key, self->by_key, key->bytes, sizeof key->bytes, client);
    if (client != NULL)
        return client;
    client = tr_try_alloc(sizeof *client);
    if (client == NULL)
        return NULL;
    *client = (tr_client_entry){
        .limits = self, .key = *key, .sessions = {.count = burst_of(self), .filled_ms = now_ms}};
    HASH_ADD_KEYPTR(by_key, self->by_key, client->key.bytes, sizeof client->key.bytes, client);
    return client;
}

static void say(tr_slice address, enum tr_refusal reason)
{
    uint32_t left_out;
    const char *name = tr_refusal_name(reason);
    tr_refusal_add(reason);
    if (tr_log_may(tr_log_kind(0, name, (uint32_t)strlen(name)), &left_out))
        tr_log(
            TR_LOG_WARN,
            "event=address_refused reason=%s ip=%.*s left_out=%u text=\"if that is a proxy, name "
            "it in --trusted-proxies\"",
            name, (int)address.size, address.data, left_out);
}

static uint32_t cap_of(const tr_client_caps *caps, enum tr_client_use use)
{
    const uint32_t by_use[TR_CLIENT_USES] = {[TR_CLIENT_CONNECTION] = caps->connections,
                                             [TR_CLIENT_UPLOAD] = caps->uploads,
                                             [TR_CLIENT_DOWNLOAD] = caps->downloads,
                                             [TR_CLIENT_REQUEST] = caps->requests};
    return by_use[use];
}

static const enum tr_refusal refusals[TR_CLIENT_USES] = {
    [TR_CLIENT_CONNECTION] = TR_REFUSAL_ADDRESS_CONNECTIONS,
    [TR_CLIENT_UPLOAD] = TR_REFUSAL_ADDRESS_UPLOADS,
    [TR_CLIENT_DOWNLOAD] = TR_REFUSAL_ADDRESS_DOWNLOADS,
    [TR_CLIENT_REQUEST] = TR_REFUSAL_ADDRESS_REQUESTS};

static bool take(const tr_client_limits *self, tr_client_entry *client, enum tr_client_use use)
{
    uint32_t cap = cap_of(&self->caps, use);
    if (cap != 0 && client->counts[use] >= cap)
        return false;
    use_again(client);
    client->counts[use]++;
    return true;
}

tr_client_entry *tr_client_take(tr_client_limits *self, tr_slice address, enum tr_client_use use,
                                uint64_t now_ms, bool *out_is_refused)
{
    tr_client_key key;
    *out_is_refused = false;
    if (self == NULL || !tr_client_key_read(address, &key))
        return NULL;
    tr_lock_take(&self->lock);
    tr_client_entry *client = find(self, &key, now_ms);
    bool is_taken = client != NULL && take(self, client, use);
    if (client != NULL)
        put_aside(client);
    tr_lock_give(&self->lock);
    *out_is_refused = !is_taken;
    if (!is_taken)
        say(address, refusals[use]);
    return is_taken ? client : NULL;
}

void tr_client_give(tr_client_entry **client, enum tr_client_use use, uint64_t now_ms)
{
    tr_client_entry *given = *client;
    if (given == NULL)
        return;
    tr_client_limits *self = given->limits;
    *client = NULL;
    tr_lock_take(&self->lock);
    given->counts[use]--;
    put_aside(given);
    forget_old(self, now_ms);
    tr_lock_give(&self->lock);
}

// One new page more, which leaves `kept` of those that may be opened at once.
static bool take_session(tr_client_limits *self, tr_slice address, uint32_t kept, uint64_t now_ms)
{
    tr_client_key key;
    if (self == NULL || self->caps.sessions_per_s == 0 || !tr_client_key_read(address, &key))
        return true;
    tr_lock_take(&self->lock);
    tr_client_entry *client = find(self, &key, now_ms);
    bool may = client != NULL;
    if (may) {
        tr_token_bucket_fill(&client->sessions, self->caps.sessions_per_s, burst_of(self), now_ms);
        may = client->sessions.count > kept;
        if (may)
            (void)tr_token_bucket_take(&client->sessions);
        put_aside(client);
    }
    tr_lock_give(&self->lock);
    return may;
}

bool tr_client_may_open(tr_client_limits *self, tr_slice address, uint64_t now_ms)
{
    bool may = take_session(self, address, 0, now_ms);
    if (!may)
        say(address, TR_REFUSAL_ADDRESS_SESSIONS);
    return may;
}

bool tr_client_may_paint(tr_client_limits *self, tr_slice address, uint64_t now_ms)
{
    uint32_t kept = self != NULL ? burst_of(self) / 2 : 0;
    return take_session(self, address, kept, now_ms);
}

uint32_t tr_client_limits_count(tr_client_limits *self)
{
    tr_lock_take(&self->lock);
    uint32_t count = HASH_CNT(by_key, self->by_key);
    tr_lock_give(&self->lock);
    return count;
}
