// Two messages under one number: a system must not start. Run by tests/actors/system/test_system.c.

#include <stdio.h>

#include "troupe/actors.h"

TR_MESSAGE(first, 1000, (u32, number));
TR_MESSAGE(second, 1000, (text, name));

int main(void)
{
    tr_system *system = NULL;
    int result = tr_system_start(&(tr_system_options){.core_count = 1}, &system);
    printf("%s\n", tr_err_name(result));
    tr_system_stop(&system);
    return 0;
}
