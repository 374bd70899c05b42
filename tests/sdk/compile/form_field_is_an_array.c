// says: a field is one number, no array.*docs/howto/forms.md
#include <troupe/troupe.h>

struct order {
    int counts[3];
    ui_form_status status;
};

UI_FORM(order_form, struct order, status, NULL, UI_FIELD(counts));
