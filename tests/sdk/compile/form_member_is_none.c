// says: no member named .cuont.
#include <troupe/troupe.h>

struct order {
    int count;
    ui_form_status status;
};

UI_FORM(order_form, struct order, status, NULL, UI_FIELD(count));

static ui_control *field(tr_page *page)
{
    return ui_bound(page, order_form, cuont, ui_text_field("How many?"));
}

const void *use(void);
const void *use(void)
{
    return (const void *)field;
}
