#include "auth/proxy_user.h"

#include <string.h>

#include "base/number.h"
#include "wire/scan.h"
#include "wire/writer.h"

static const char ending[] = "user";

bool tr_proxy_header_is_fit(const char *name)
{
    size_t size = strlen(name);
    size_t end = strlen(ending);
    return size >= end && size <= TR_PROXY_HEADER_CAP_BYTES &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
               size &&
           tr_compare_caseless(name + size - end, ending) == 0;
}

void tr_proxy_header_beside(const char *user_header, const char *end,
                            char out[TR_PROXY_HEADER_CAP_BYTES + 24])
{
    int size = (int)(strlen(user_header) - strlen(ending));
    (void)tr_format(out, TR_PROXY_HEADER_CAP_BYTES + 24, "%.*s%s:", size, user_header, end);
    for (char *at = out; *at != '\0'; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
}

void tr_proxy_text_copy(tr_slice value, char *out, size_t cap)
{
    *out = '\0';
    if (value.size == 0 || value.size > cap || tr_scan_is_utf8(value.data, value.size) == 0)
        return;
    for (uint32_t i = 0; i < value.size; i++)
        if ((unsigned char)value.data[i] < ' ' || value.data[i] == 0x7f)
            return;
    memcpy(out, value.data, value.size);
    out[value.size] = '\0';
}

static tr_slice next_group(tr_slice *io)
{
    const char *comma = memchr(io->data, ',', io->size);
    tr_slice group = {io->data, comma != NULL ? (uint32_t)(comma - io->data) : io->size};
    uint32_t used = group.size + (comma != NULL);
    *io = (tr_slice){io->data + used, io->size - used};
    while (group.size != 0 && *group.data == ' ')
        group = (tr_slice){group.data + 1, group.size - 1};
    while (group.size != 0 && group.data[group.size - 1] == ' ')
        group.size--;
    return group;
}

void tr_proxy_groups_write(tr_slice groups, tr_buf *out)
{
    uint32_t count = 0;
    for (tr_slice rest = groups; rest.size != 0;)
        count += next_group(&rest).size != 0;
    tr_write_array(out, count);
    for (tr_slice rest = groups; rest.size != 0;) {
        tr_slice group = next_group(&rest);
        if (group.size != 0)
            tr_write_text(out, group);
    }
}
