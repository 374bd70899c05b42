#include "tests/support/engines.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/scratch.h"

static postgres server;
static char folder[64];

void engines_server_up(void)
{
    ck_assert(postgres_is_there());
    postgres_up(&server);
}

void engines_server_down(void)
{
    postgres_down(&server);
}

postgres *engines_server(void)
{
    return &server;
}

int engines_kind(int way)
{
    return way % ENGINES_KINDS;
}

const char *engines_path(void)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/sessions", folder);
    return path;
}

const char *engines_url(int way)
{
    static char url[320];
    if (engines_kind(way) == ENGINES_POSTGRES)
        return postgres_url(&server, "owner");
    if (engines_kind(way) == ENGINES_MEMORY)
        return "memory";
    if (engines_kind(way) == ENGINES_RANGES)
        (void)snprintf(url, sizeof url, "ranges: 0-7=lmdb:%s 8-1023=lmdb:%s2", engines_path(),
                       engines_path());
    else
        (void)snprintf(url, sizeof url, "lmdb:%s", engines_path());
    return url;
}

const tr_record_keys *engines_keys(int way)
{
    static tr_record_keys keys;
    tr_record_keys_derive(TR_SLICE("a secret of some length"), TR_ENCRYPTION_REQUIRE, &keys);
    return way >= ENGINES_KINDS ? &keys : NULL;
}

void engines_up(int way, teller *out)
{
    scratch_make(folder, sizeof folder, "store");
    if (engines_kind(way) == ENGINES_POSTGRES)
        postgres_run(&server, "drop schema public cascade; create schema public");
    teller_open_keyed(out, engines_url(way), TELLER_PATIENCE_MS, engines_keys(way));
}

void engines_down(teller *self)
{
    teller_close(self);
    scratch_remove(folder);
}
