#include "host/page_site.h"

#include <stdio.h>
#include <string.h>

#include "gateway/assets.h"
#include "wire/limits.h"

void tr_page_policy_write(const tr_options *options, tr_buf *out)
{
    char list[TR_POLICY_SOURCES_CAP_BYTES];
    if (options->upload_origins == NULL || *options->upload_origins == '\0')
        return;
    (void)snprintf(list, sizeof list, "%s", options->upload_origins);
    for (char *comma = list; (comma = strchr(comma, ',')) != NULL;)
        *comma = ' ';
    tr_buf_printf(out, TR_HTTP_POLICY_OF(" %s"), list);
    (void)tr_buf_text(out);
}

tr_http_site tr_page_site(const tr_site *site, const tr_options *options, const tr_buf *policy)
{
    tr_http_site served = {.files = {{tr_client_assets, tr_client_asset_count, true}}};
    if (site != NULL)
        served = tr_site_http(site);
    served.frame_ancestors = options->frame_ancestors;
    // Flet's client has a policy of its own: it may connect anywhere.
    if (policy->size != 0 && served.content_security_policy == NULL)
        served.content_security_policy = (const char *)policy->data;
    return served;
}
