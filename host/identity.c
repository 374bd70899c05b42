#include "host/identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "sdk/session/layout.h"
#include "wire/scan.h"

void tr_identity_name(const tr_app *app, char out[TR_APP_NAME_CAP_BYTES])
{
    bool has_name =
        app->name != NULL && app->name[0] != '\0' && tr_scan_is_utf8(app->name, strlen(app->name));
    size_t size = (size_t)snprintf(out, TR_APP_NAME_CAP_BYTES, "%s",
                                   has_name ? app->name : program_invocation_short_name);
    if (size < TR_APP_NAME_CAP_BYTES)
        return;
    // Not within a character.
    for (size = TR_APP_NAME_CAP_BYTES - 1; size != 0 && !tr_scan_is_utf8(out, size);)
        out[--size] = '\0';
}

uint64_t tr_identity_build(const tr_app *app)
{
    uint64_t layout = tr_layout_number(app->state.layout);
    uint64_t size = app->state_size;
    uint64_t sum = tr_hash(&app->state.version, sizeof app->state.version);
    sum = tr_hash_more(sum, &layout, sizeof layout);
    return tr_hash_more(sum, &size, sizeof size);
}
