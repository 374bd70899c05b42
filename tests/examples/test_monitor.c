// It measures, and its table is sorted as one likes. The background handler has the real time, so this waits for it.

#include <time.h>
#include <troupe/test.h>

extern const tr_app monitor_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&monitor_app, NULL);
    tr_test_expect(page, .text = "System monitor");
    for (int i = 0; i < 500 && tr_test_count(page, .key = "machine", .text = "Measuring…") != 0;
         i++)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    tr_test_expect_none(page, .key = "machine", .text = "Measuring…");
    tr_test_click(page, .text = "Pause");
    tr_test_expect(page, .text = "Resume");
    tr_test_choose(page, "5", .key = "rate");
    tr_test_close(&page);
    return 0;
}
