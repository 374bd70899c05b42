#include "tests/support/kept_report.h"

#include <stdio.h>

jmp_buf kept_report_jump;
char kept_report[16384];

void kept_report_take(void *arg, const char *text)
{
    (void)arg;
    snprintf(kept_report, sizeof kept_report, "%s", text);
    longjmp(kept_report_jump, 1);
}
