// Every control: what it looks like, its properties to play with, its events as they come, and the
// C that makes it. The demos are in gallery/, a file for each group of controls.

#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

#include "gallery/gallery.h"

const tr_app gallery_app = {.name = "Gallery",
                            TR_STATE(struct gallery),
                            .rebuilds = true,
                            TR_ROUTES(TR_ROUTE("/", home_view), TR_ROUTE("/:group", group_view),
                                      TR_ROUTE("/:group/:control", demo_view))};

// The addresses, and the class that each shows: for tests, and for whoever links to a page.
static int list_routes(void)
{
    const struct demo *demo;
    for (unsigned i = 0; (demo = demo_at(i)) != NULL; i++) {
        char path[TEXT_BYTES];
        printf("%s %s\n", demo_path(demo, path), demo->class);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--routes") == 0)
        return list_routes();
    return tr_run(argc, argv, &gallery_app);
}
