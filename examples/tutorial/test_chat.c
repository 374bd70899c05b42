#include <troupe/test.h>

extern const tr_app chat_app;

int main(void)
{
    tr_test_page *ada = tr_test_open(&chat_app, NULL);
    tr_test_type(ada, "Ada", .key = "name");
    tr_test_submit(ada, .key = "name");
    tr_test_expect(ada, .text = "1 here");

    tr_test_page *grace = tr_test_open_another(ada, NULL);
    tr_test_click(grace, .text = "Join");
    tr_test_expect(grace, .text = "Everybody has a name");
    tr_test_type(grace, "Grace", .key = "name");
    tr_test_click(grace, .text = "Join");
    tr_test_expect(ada, .text = "2 here");

    tr_test_type(grace, "Hello, Ada!", .key = "text");
    tr_test_submit(grace, .key = "text");
    tr_test_expect(ada, .text = "Grace: Hello, Ada!");

    tr_test_drop(ada); // in a tunnel, for a minute
    tr_test_type(grace, "Are you there?", .key = "text");
    tr_test_submit(grace, .key = "text");
    tr_test_advance(grace, 60000);
    tr_test_resume(ada);
    tr_test_expect(ada, .text = "Grace: Are you there?");

    tr_test_close(&grace);
    tr_test_close(&ada);
    return 0;
}
