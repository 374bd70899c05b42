#include "tests/support/comma.h"

#include <check.h>
#include <ctype.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Latin 1 has what matters, and is made faster than UTF-8.
static void use(const char *name, const char *charset)
{
    char folder[256], path[320];
    snprintf(folder, sizeof folder, "%s/troupe-locale-XXXXXX",
             getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    pid_t child = fork();
    if (child == 0) {
        execlp("localedef", "localedef", "--quiet", "-i", name, "-f", charset, path, NULL);
        _exit(127);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "localedef cannot make %s: is the package locales there?", name);
    ck_assert_int_eq(setenv("LOCPATH", folder, 1), 0);
    ck_assert_ptr_nonnull(setlocale(LC_ALL, name));
    char command[300];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0); // it has been read
}

void use_comma_locale(void)
{
    use("de_DE", "ISO-8859-1");
    ck_assert_str_eq(localeconv()->decimal_point, ",");
}

void use_turkish_locale(void)
{
    use("tr_TR", "ISO-8859-9");
    // Not strcasecmp: the sanitizers have one of their own, which knows ASCII alone.
    ck_assert_int_ne(tolower('I'), 'i');
}
