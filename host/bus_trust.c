#include "host/bus_trust.h"

#include "actors/bus/key_file.h"
#include "actors/bus/routes.h"
#include "actors/bus/trust.h"
#include "host/bus_address.h"
#include "troupe/err.h"

static int check_key(const char *files, tr_buf *error)
{
    char why[TR_TRUST_WHY_BYTES];
    tr_bus_keys keys;
    int result = tr_bus_keys_read(files, &keys, why, sizeof why);
    tr_bus_keys_wipe(&keys);
    if (result < 0)
        tr_buf_printf(error, "%s", why);
    return result;
}

static int check_place(const char *bus_key, bool insecure, const char *endpoint, tr_buf *error)
{
    char why[TR_TRUST_WHY_BYTES];
    int result = tr_trust_check(bus_key, insecure, endpoint, why, sizeof why);
    if (result < 0)
        tr_buf_printf(error, "%s", why);
    return result;
}

int tr_bus_trust_check(const tr_options *options, tr_buf *error)
{
    if (options->bus_key != NULL)
        return check_key(options->bus_key, error);
    if (options->insecure_bus)
        return 0;
    if (options->roles == TR_ROLE_BROKER && !options->is_check)
        return check_place(NULL, false, options->brokers[0], error);
    char storage[TR_ENDPOINT_CAP_BYTES];
    const char *bus = NULL;
    tr_options as_member = *options;
    as_member.roles &= options->is_check ? 0 : ~0u; // a check is a member of its own
    int result = tr_bus_address_find(&as_member, storage, sizeof storage, &bus);
    return result < 0 ? result : check_place(NULL, false, bus, error);
}

int tr_bus_trust_towards(const char *bus_key, bool insecure, const char *endpoint, tr_buf *error)
{
    char bus[TR_ENDPOINT_CAP_BYTES];
    if (bus_key != NULL)
        return check_key(bus_key, error);
    // A name that does not resolve is complained of where it is dialed.
    if (insecure || tr_bus_address_towards(endpoint, bus, sizeof bus) < 0)
        return 0;
    return check_place(NULL, false, bus, error);
}
