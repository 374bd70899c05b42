#include "host/option_lists.h"

#include <stdio.h>
#include <string.h>

#include "gateway/origin.h"
#include "wire/limits.h"

enum { ELEMENT_CAP_BYTES = 512 };

// Every element, without the blanks around it; false: there is an empty one, or one is refused.
static bool is_each(const char *list, bool (*is_one)(const char *text))
{
    for (;;) {
        char text[ELEMENT_CAP_BYTES];
        size_t size = strcspn(list, ",");
        const char *at = list + strspn(list, " \t");
        size_t length = at < list + size ? (size_t)(list + size - at) : 0;
        while (length != 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
            length--;
        if (length == 0 || length >= sizeof text)
            return false;
        (void)snprintf(text, sizeof text, "%.*s", (int)length, at);
        if (!is_one(text))
            return false;
        if (list[size] == '\0')
            return true;
        list += size + 1;
    }
}

static bool is_origin(const char *text)
{
    static const char scheme[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
    size_t size = strspn(text, scheme);
    if (strcmp(text, "*") == 0)
        return true;
    if (size == 0 || strncmp(text + size, "://", 3) != 0)
        return false;
    const char *host = text + size + 3;
    return *host != '\0' && strpbrk(host, "/?#@ \t") == NULL;
}

// One that its own first address lies in.
static bool is_address(const char *text)
{
    if (strcmp(text, "unix") == 0)
        return true;
    char address[ELEMENT_CAP_BYTES];
    (void)snprintf(address, sizeof address, "%.*s", (int)strcspn(text, "/"), text);
    return tr_ip_is_listed(address, text);
}

static bool is_host(const char *text)
{
    static const char host[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._[]:";
    text += strncmp(text, "*.", 2) == 0 ? 2 : 0;
    return *text != '\0' && (strcmp(text, "*") == 0 || text[strspn(text, host)] == '\0');
}

bool tr_list_is_of_hosts(const char *list)
{
    return is_each(list, is_host);
}

bool tr_list_is_of_origins(const char *list)
{
    return is_each(list, is_origin);
}

bool tr_list_is_of_addresses(const char *list)
{
    return is_each(list, is_address);
}

// What ends a policy or a header would be another one.
static bool is_of_policy(const char *text)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/*'[], ";
    return *text != '\0' && text[strspn(text, safe)] == '\0' &&
           strlen(text) < TR_POLICY_SOURCES_CAP_BYTES;
}

bool tr_list_is_of_ancestors(const char *text)
{
    return is_of_policy(text) && strchr(text, ',') == NULL;
}

bool tr_list_is_of_sources(const char *list)
{
    return is_of_policy(list) && tr_list_is_of_origins(list);
}
