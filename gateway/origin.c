#include "gateway/origin.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/number.h"

static tr_slice trim(const char *data, size_t size)
{
    while (size != 0 && (*data == ' ' || *data == '\t')) {
        data++;
        size--;
    }
    while (size != 0 && (data[size - 1] == ' ' || data[size - 1] == '\t'))
        size--;
    return (tr_slice){data, (uint32_t)size};
}

static bool equal_ignoring_case(tr_slice a, tr_slice b)
{
    return a.size == b.size && (a.size == 0 || tr_compare_caseless_n(a.data, b.data, a.size) == 0);
}

static tr_slice without_end(tr_slice self, const char *end)
{
    size_t size = strlen(end);
    if (self.size > size && memcmp(self.data + self.size - size, end, size) == 0)
        self.size -= (uint32_t)size;
    return self;
}

// Browsers leave the scheme's own port out, proxies may not.
static bool is_own_host(tr_slice origin, tr_slice host)
{
    const char *port = NULL;
    uint32_t scheme_size = 0;
    if (tr_slice_begins_caseless(origin, "http://")) {
        port = ":80";
        scheme_size = 7;
    } else if (tr_slice_begins_caseless(origin, "https://")) {
        port = ":443";
        scheme_size = 8;
    } else {
        return false;
    }
    tr_slice place = {origin.data + scheme_size, origin.size - scheme_size};
    return place.size != 0 &&
           equal_ignoring_case(without_end(place, port), without_end(host, port));
}

bool tr_origin_is_allowed(tr_slice origin, tr_slice host, const char *allowed)
{
    if (origin.size == 0 || is_own_host(origin, host))
        return true;
    while (allowed != NULL && *allowed != '\0') {
        size_t size = strcspn(allowed, ",");
        tr_slice item = trim(allowed, size);
        if (tr_slice_is(item, "*") || (item.size != 0 && equal_ignoring_case(item, origin)))
            return true;
        allowed += size + (allowed[size] == ',');
    }
    return false;
}

// An address as 16 bytes; IPv4 as its IPv4-mapped form, so that both compare alike.
static bool parse_ip(const char *text, unsigned char out[16])
{
    unsigned char four[4];
    if (inet_pton(AF_INET, text, four) == 1) {
        memset(out, 0, 10);
        out[10] = out[11] = 0xff;
        memcpy(out + 12, four, 4);
        return true;
    }
    return inet_pton(AF_INET6, text, out) == 1;
}

bool tr_peer_ip(int socket, char out[TR_CLIENT_IP_CAP_BYTES])
{
    struct sockaddr_storage place = {0};
    socklen_t size = sizeof place;
    if (getpeername(socket, (struct sockaddr *)&place, &size) != 0)
        return false;
    const void *address = &((struct sockaddr_in *)(void *)&place)->sin_addr;
    if (place.ss_family == AF_INET6)
        address = &((struct sockaddr_in6 *)(void *)&place)->sin6_addr;
    bool is_ip = place.ss_family == AF_INET || place.ss_family == AF_INET6;
    if (!is_ip || inet_ntop(place.ss_family, address, out, TR_CLIENT_IP_CAP_BYTES) == NULL)
        out[0] = '\0';
    return true;
}

static bool is_in_block(const unsigned char ip[16], tr_slice block)
{
    char text[TR_CLIENT_IP_CAP_BYTES + 4];
    if (block.size == 0 || block.size >= sizeof text)
        return false;
    memcpy(text, block.data, block.size);
    text[block.size] = '\0';
    char *slash = strchr(text, '/');
    if (slash != NULL)
        *slash = '\0';
    unsigned char base[16];
    if (!parse_ip(text, base))
        return false;
    unsigned long bits = 128;
    if (slash != NULL) {
        char *end;
        bits = strtoul(slash + 1, &end, 10);
        bool is_four = strchr(text, ':') == NULL;
        if (end == slash + 1 || *end != '\0' || bits > (is_four ? 32u : 128u))
            return false;
        bits += is_four ? 96 : 0;
    }
    size_t whole = bits / 8;
    if (memcmp(ip, base, whole) != 0)
        return false;
    unsigned mask = (0xff00u >> (bits % 8)) & 0xffu;
    return whole == 16 || ((ip[whole] ^ base[whole]) & mask) == 0;
}

bool tr_ip_is_listed(const char *ip, const char *list)
{
    unsigned char bytes[16];
    if (!parse_ip(ip, bytes))
        return false;
    while (list != NULL && *list != '\0') {
        size_t size = strcspn(list, ",");
        if (is_in_block(bytes, trim(list, size)))
            return true;
        list += size + (list[size] == ',');
    }
    return false;
}

bool tr_proxy_is_trusted(const char *ip, const char *list)
{
    if (*ip != '\0')
        return tr_ip_is_listed(ip, list);
    while (list != NULL && *list != '\0') {
        size_t size = strcspn(list, ",");
        if (tr_slice_is(trim(list, size), "unix"))
            return true;
        list += size + (list[size] == ',');
    }
    return false;
}
