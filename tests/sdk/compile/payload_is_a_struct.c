// says: pass the address: UI_CALL.handler, &value., UI_PAYLOAD.&value.
#include <troupe/troupe.h>

struct card {
    int id;
};

ui_control *build(struct card card);
ui_control *build(struct card card)
{
    return ui_draggable(ui_text("Card"), .payload = UI_PAYLOAD(card));
}
