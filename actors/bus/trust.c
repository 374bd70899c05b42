#include "actors/bus/trust.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "troupe/err.h"
#include "wire/limits.h"

static const char tcp[] = "tcp://";

// Without the port, and without the brackets of an IPv6 address.
static void host_of(const char *endpoint, char out[TR_ENDPOINT_CAP_BYTES])
{
    snprintf(out, TR_ENDPOINT_CAP_BYTES, "%s", endpoint + strlen(tcp));
    char *bracket = strchr(out, ']');
    char *colon = strrchr(out, ':');
    if (bracket != NULL) {
        *bracket = '\0';
        memmove(out, out + 1, strlen(out));
    } else if (colon != NULL) {
        *colon = '\0';
    }
}

bool tr_trust_is_inside(const char *endpoint)
{
    if (strncmp(endpoint, tcp, strlen(tcp)) != 0)
        return true; // ipc; what is no endpoint is refused where it is bound
    char host[TR_ENDPOINT_CAP_BYTES];
    host_of(endpoint, host);
    struct in_addr v4;
    struct in6_addr v6;
    if (strcmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

int tr_trust_check(const char *bus_key, bool insecure, const char *endpoint, char *why, size_t size)
{
    if (bus_key != NULL || insecure || endpoint == NULL || tr_trust_is_inside(endpoint))
        return 0;
    snprintf(why, size,
             "other machines reach %s, and there is no key: make one with troupe keygen FILE and "
             "give all processes of the cluster --bus-key FILE (TROUPE_BUS_KEY), or say "
             "--insecure-bus",
             endpoint);
    return TR_EINVALID;
}
