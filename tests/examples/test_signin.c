// Who comes is nobody yet, and is offered to sign in. What follows needs a provider, and a browser.

#include <troupe/test.h>

extern const tr_app signin_app;

int main(void)
{
    tr_test_page *page = tr_test_open(&signin_app, NULL);
    tr_test_expect(page, .key = "who", .text = "Nobody is signed in");
    tr_test_expect(page, .text = "Sign in");
    tr_test_expect_none(page, .text = "Sign out");
    tr_test_close(&page);
    return 0;
}
