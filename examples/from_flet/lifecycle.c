#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

TR_ASYNC(app_lifecycle_change)
{
    if (strcmp(tr_event_field_text(ev, "state", ""), "resume") == 0)
        printf("Update UI with fresh data!\n");
}

static void build(tr_page *page)
{
    ui_on(page, NULL, "app_lifecycle_state_change", app_lifecycle_change);
    ui_add(page, ui_text("Hello World"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Lifecycle", .build = build});
}
