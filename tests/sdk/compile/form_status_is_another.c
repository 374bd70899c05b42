// says: is a member of type ui_form_status.*docs/howto/forms.md
#include <troupe/troupe.h>

struct order {
    int count;
};

UI_FORM(order_form, struct order, count, NULL, UI_FIELD(count));
