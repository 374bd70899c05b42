// The handlers that take their time, of the app for stories.

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/app.h"
#include "tests/support/app_notes.h"

static void block_ms(long milliseconds)
{
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

TR_ASYNC(app_nap)
{
    if (tr_sleep(ev, APP_NAP_MS) == 0)
        ui_add(ev, ui_text("napped"));
}

TR_SYNC(app_doze)
{
    block_ms(APP_NAP_MS);
    ui_add(ev, ui_text("dozed"));
}

// Both stay until "enough" is pressed, and say how many do.
TR_ASYNC(app_linger)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "status", "%d linger", ++notes->lingering);
    while (notes != NULL && notes->enough == 0) {
        if (tr_sleep(ev, 1) < 0)
            return;
        notes = tr_state(ev);
    }
    ui_add(ev, ui_text("lingered"));
}

TR_SYNC(app_linger_blocking)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        ui_set_textf(ev, "status", "%d linger", ++notes->lingering);
    tr_state_release(ev);
    struct notes now = {0};
    while (tr_state_copy(ev, &now, sizeof now) == 0 && now.enough == 0)
        block_ms(1);
    ui_add(ev, ui_text("lingered"));
}

TR_ASYNC(app_enough)
{
    struct notes *notes = tr_state(ev);
    if (notes != NULL)
        notes->enough = 1;
}

// Never ends, and listens to nobody.
TR_SYNC(app_block)
{
    ui_set_text(ev, "status", "blocked");
    for (;;)
        block_ms(1000);
}

// Keeps the state for a while: others wait for it.
TR_SYNC(app_hold)
{
    struct notes *notes = tr_state(ev);
    ui_set_text(ev, "status", "held");
    block_ms(APP_NAP_MS);
    if (notes != NULL)
        notes->count = 1000;
}

// Keeps the state, and never ends, in the process whose number is in the field.
TR_SYNC(app_stay)
{
    char pid[32];
    struct notes *notes = tr_state(ev);
    ui_get_text(ev, "name", "value", pid, sizeof pid);
    if (notes == NULL)
        return;
    if (strtol(pid, NULL, 10) == getpid()) {
        ui_set_text(ev, "status", "stays");
        tr_sleep(ev, 600000);
        return;
    }
    ui_set_textf(ev, "count", "%d", ++notes->count);
}

static ui_control *button(const char *label, const tr_handler *on_click)
{
    return ui_button(label, .key = ui_format("%s", label), .on_click = on_click);
}

ui_control *app_waiting_row(void)
{
    return ui_row(UI(button("nap", app_nap), button("doze", app_doze), button("linger", app_linger),
                     button("linger blocking", app_linger_blocking), button("enough", app_enough),
                     button("block", app_block), button("hold", app_hold),
                     button("stay", app_stay)));
}
