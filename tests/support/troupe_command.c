#include "tests/support/troupe_command.h"

#include <string.h>

#include "tests/support/world.h"

tr_buf troupe_out;
tr_buf troupe_err;

int troupe_run(const char *const *arguments)
{
    troupe_out.size = troupe_err.size = 0;
    return program_run("troupe", arguments, &troupe_out, &troupe_err);
}

bool troupe_shows(const char *text)
{
    return strstr(tr_buf_text(&troupe_out), text) != NULL;
}

bool troupe_complains(const char *text)
{
    return strstr(tr_buf_text(&troupe_err), text) != NULL;
}

void troupe_done(void)
{
    tr_buf_done(&troupe_out);
    tr_buf_done(&troupe_err);
}
