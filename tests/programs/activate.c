// Starts a program as systemd does that hands listening sockets over:
//
//     activate NAMES DESCRIPTOR... -- PROGRAM [ARGUMENT]...
//
// NAMES is LISTEN_FDNAMES. Descriptors that were inherited are moved to 3 and on.

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST = 3, ASIDE = 100 };

static void tell(const char *name, long number)
{
    char text[32];
    snprintf(text, sizeof text, "%ld", number);
    setenv(name, text, 1);
}

int main(int argc, char **argv)
{
    int count = 0;
    int at = 2;
    for (; at < argc && strcmp(argv[at], "--") != 0; at++)
        if (fcntl((int)strtol(argv[at], NULL, 10), F_DUPFD, ASIDE + count++) < 0)
            return 127;
    if (at + 1 >= argc)
        return 127;
    for (int i = 0; i < count; i++)
        if (dup2(ASIDE + i, FIRST + i) < 0)
            return 127;
    for (int i = 0; i < count; i++)
        close(ASIDE + i);
    setenv("LISTEN_FDNAMES", argv[1], 1);
    tell("LISTEN_FDS", count);
    tell("LISTEN_PID", (long)getpid());
    execv(argv[at + 1], argv + at + 1);
    return 127;
}
