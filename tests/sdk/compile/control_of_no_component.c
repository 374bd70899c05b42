// says: tr_component
#include <troupe/troupe.h>

struct stepper {
    const char *key;
    int count;
};

TR_ASYNC(stepper)
{
}

ui_control *build(void);
ui_control *build(void)
{
    return TR_CONTROL(stepper, struct stepper, .count = 1);
}
