// A note that is saved to a file: what can go wrong is said to the log, and to the person in words
// of ours.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

TR_SYNC(save, .timeout_ms = 5000)
{
    char text[4096];
    ui_get_text(ev, "text", "value", text, sizeof text);
    FILE *file = fopen("/nowhere/note.txt", "w");
    if (file == NULL || fputs(text, file) < 0) {
        tr_fail(ev, "cannot save the note: %s", strerror(errno));
        if (file != NULL)
            fclose(file);
        return;
    }
    fclose(file);
    ui_set_text(ev, "status", "Saved");
}

// Hears of every handler of this page that failed, took too long or lost its process.
TR_ASYNC(failed)
{
    if (strncmp(tr_event_text(ev, ""), "save failed", 11) == 0)
        ui_set_text(ev, "status",
                    "Your note could not be saved. It is still here: try again later.");
    else
        tr_snack(ev, "Something went wrong");
}

static void build(tr_page *page)
{
    ui_on(page, NULL, "error", failed);
    ui_add(page, ui_text_field("Note", .key = "text", .multiline = true, .min_lines = 4));
    ui_add(page, ui_filled_button("Save", .key = "save", .on_click = save));
    ui_add(page, ui_text("", .key = "status"));
}

const tr_app errors_app = {.name = "Note", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &errors_app);
}
