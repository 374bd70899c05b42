#include "gateway/forwarded.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/number.h"

static tr_slice cut(tr_slice text, uint32_t begin, uint32_t end)
{
    while (begin < end && (text.data[begin] == ' ' || text.data[begin] == '\t'))
        begin++;
    while (end > begin && (text.data[end - 1] == ' ' || text.data[end - 1] == '\t'))
        end--;
    return (tr_slice){text.data + begin, end - begin};
}

static bool is_address(const char *text)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

// Without brackets and port.
static tr_slice bare(tr_slice text)
{
    if (text.size != 0 && text.data[0] == '[') {
        const char *end = memchr(text.data, ']', text.size);
        return end != NULL ? (tr_slice){text.data + 1, (uint32_t)(end - text.data - 1)}
                           : (tr_slice){0};
    }
    const char *first = text.size != 0 ? memchr(text.data, ':', text.size) : NULL;
    if (first == NULL)
        return text;
    uint32_t before = (uint32_t)(first - text.data);
    bool is_only = memchr(first + 1, ':', text.size - before - 1) == NULL;
    return is_only ? (tr_slice){text.data, before} : text; // several: an IPv6 address
}

bool tr_forwarded_address(tr_slice text, char out[TR_CLIENT_IP_CAP_BYTES])
{
    char address[TR_CLIENT_IP_CAP_BYTES];
    tr_slice found = bare(text);
    if (found.size == 0 || found.size >= sizeof address)
        return false;
    memcpy(address, found.data, found.size);
    address[found.size] = '\0';
    if (!is_address(address))
        return false;
    memcpy(out, address, found.size + 1);
    return true;
}

// Takes the last element off the list; quotes may have commas in them.
static tr_slice take_last(tr_slice *list)
{
    uint32_t at = list->size;
    bool is_quoted = false;
    while (at > 0 && (is_quoted || list->data[at - 1] != ','))
        if (list->data[--at] == '"')
            is_quoted = !is_quoted;
    tr_slice last = cut(*list, at, list->size);
    list->size = at > 0 ? at - 1 : 0;
    return last;
}

// The value of `for` in "for=192.0.2.60;proto=http;by=203.0.113.43".
static tr_slice for_of(tr_slice element)
{
    uint32_t at = 0;
    while (at < element.size) {
        const char *end = memchr(element.data + at, ';', element.size - at);
        uint32_t next = end != NULL ? (uint32_t)(end - element.data) : element.size;
        tr_slice pair = cut(element, at, next);
        if (pair.size > 4 && tr_compare_caseless_n(pair.data, "for=", 4) == 0) {
            tr_slice value = {pair.data + 4, pair.size - 4};
            bool is_quoted =
                value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"';
            return is_quoted ? (tr_slice){value.data + 1, value.size - 2} : value;
        }
        at = next + 1;
    }
    return (tr_slice){0};
}

void tr_forwarded_client(const char *peer, enum tr_forwarded_header which, tr_slice header,
                         const char *trusted_proxies, char out[TR_CLIENT_IP_CAP_BYTES])
{
    memcpy(out, peer, strlen(peer) + 1);
    while (header.size != 0 && tr_proxy_is_trusted(out, trusted_proxies)) {
        tr_slice last = take_last(&header);
        if (!tr_forwarded_address(which == TR_FORWARDED_RFC7239 ? for_of(last) : last, out))
            return;
    }
}

static bool matches(tr_slice host, tr_slice pattern)
{
    bool is_below = pattern.size > 2 && pattern.data[0] == '*' && pattern.data[1] == '.';
    tr_slice end = is_below ? (tr_slice){pattern.data + 1, pattern.size - 1} : pattern;
    if (is_below ? host.size <= end.size : host.size != end.size)
        return false;
    return end.size != 0 &&
           tr_compare_caseless_n(host.data + host.size - end.size, end.data, end.size) == 0;
}

bool tr_host_is_allowed(tr_slice host, const char *allowed)
{
    if (allowed == NULL || *allowed == '\0')
        return true;
    tr_slice name = bare(host);
    while (*allowed != '\0') {
        uint32_t size = (uint32_t)strcspn(allowed, ",");
        if (matches(name, bare(cut((tr_slice){allowed, size}, 0, size))))
            return true;
        allowed += size + (allowed[size] == ',');
    }
    return false;
}
