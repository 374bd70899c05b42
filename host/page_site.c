#include "host/page_site.h"

#include <stdio.h>
#include <string.h>

#include "gateway/assets.h"
#include "wire/limits.h"

// As the policy has them: each behind a space.
static void write_sources(const char *list, char out[TR_POLICY_SOURCES_CAP_BYTES + 1])
{
    const char *given = list != NULL ? list : "";
    (void)snprintf(out, TR_POLICY_SOURCES_CAP_BYTES + 1, "%s%s", *given != '\0' ? " " : "", given);
    for (char *comma = out; (comma = strchr(comma, ',')) != NULL;)
        *comma = ' ';
}

void tr_page_policy_write(const tr_options *options, tr_buf *out)
{
    char origins[TR_POLICY_SOURCES_CAP_BYTES + 1];
    char framed[TR_POLICY_SOURCES_CAP_BYTES + 1];
    write_sources(options->upload_origins, origins);
    write_sources(options->frame_origins, framed);
    if (*origins == '\0' && *framed == '\0')
        return;
    tr_buf_printf(out, TR_HTTP_POLICY_OF("%s", "%s"), origins, framed);
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
