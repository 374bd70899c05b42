// `troupe top` in a terminal of its own: alive, as wide as that, and gone without a trace.

#include <check.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "bench/websocket.h"
#include "tests/support/world.h"

Suite *stories_operators_top_suite(void);

#define FRAME "\x1b[H"     // begins each
#define FRAME_END "\x1b[J" // ends it
#define BEGIN "\x1b[?1049h\x1b[?25l"
#define END "\x1b[?25h\x1b[?1049l"
#define INTERRUPT "\x03" // Ctrl-C

static world here;
static int screen = -1; // the terminal's other end
static pid_t top_pid;
static tr_buf shown;

static void start_top(unsigned short columns)
{
    char name[512];
    struct winsize size = {.ws_row = 10, .ws_col = columns};
    const char *program = program_path("troupe", name, sizeof name);
    top_pid = forkpty(&screen, NULL, NULL, &size);
    ck_assert_int_ge(top_pid, 0);
    if (top_pid != 0)
        return;
    execl(program, program, "top", "--bus", here.endpoint, "--sample", "0.05", NULL);
    _exit(127);
}

// False: the terminal has nothing more to show.
static bool read_screen(void)
{
    char bytes[4096];
    ssize_t got = read(screen, bytes, sizeof bytes);
    if (got <= 0)
        return false;
    tr_buf_append(&shown, bytes, (size_t)got);
    return true;
}

// The newest one that is whole, and nothing before it any more.
static const char *next_frame(void)
{
    shown.size = 0;
    for (;;) {
        ck_assert(read_screen());
        const char *begin = strstr(tr_buf_text(&shown), FRAME);
        if (begin != NULL && strstr(begin, FRAME_END) != NULL)
            return begin + strlen(FRAME);
    }
}

// WebSockets of all processes: the seventh column.
static unsigned sockets_of(const char *frame)
{
    unsigned sum = 0;
    unsigned sockets;
    for (const char *row = frame; (row = strchr(row, '\n')) != NULL; row++)
        if (sscanf(row, "%*s %*s %*s %*s %*s %*s %u", &sockets) == 1)
            sum += sockets;
    return sum;
}

static size_t longest_line(const char *frame)
{
    size_t longest = 0;
    while (*frame != '\0' && strncmp(frame, FRAME_END, 3) != 0) {
        size_t size = strcspn(frame, "\x1b\r");
        longest = size > longest ? size : longest;
        frame += size;
        frame += strncmp(frame, "\x1b[K", 3) == 0 ? 3 : 0;
        frame += strspn(frame, "\r\n");
    }
    return longest;
}

static void tear_down(void)
{
    if (top_pid > 0)
        kill(top_pid, SIGKILL);
    if (screen >= 0)
        close(screen);
    tr_buf_done(&shown);
    world_stop(&here);
}

START_TEST(troupe_top_is_alive_in_a_terminal)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = 1, .bus = "tcp"});
    start_top(160);
    shown.size = 0;
    while (strstr(tr_buf_text(&shown), FRAME) == NULL)
        ck_assert(read_screen());
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&shown), BEGIN));
    const char *frame = next_frame();
    ck_assert_ptr_nonnull(strstr(frame, "PROCESS"));
    ck_assert_ptr_nonnull(strstr(frame, "REFUSED/s"));
    eventually(sockets_of(next_frame()) == 0); // who looked whether the world is up has left
    browser *page = browser_open(world_port(&here, 0));
    eventually(sockets_of(next_frame()) == 1);
    browser_free(page);

    ck_assert_int_eq(ioctl(screen, TIOCSWINSZ, &(struct winsize){.ws_row = 10, .ws_col = 20}), 0);
    eventually(longest_line(next_frame()) == 20);

    int status = 0;
    ck_assert_int_eq(write(screen, INTERRUPT, 1), 1);
    shown.size = 0;
    while (read_screen())
        ;
    ck_assert_int_eq(waitpid(top_pid, &status, 0), top_pid);
    top_pid = 0;
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    const char *end = strstr(tr_buf_text(&shown), END);
    ck_assert(end != NULL && end[strlen(END)] == '\0');
}
END_TEST

START_TEST(troupe_top_says_that_nobody_answers_any_more)
{
    world_start(&here, &(world_options){.gateways = 1, .workers = 1, .bus = "tcp"});
    start_top(160);
    ck_assert_ptr_nonnull(strstr(next_frame(), "PROCESS"));
    world_stop(&here);
    eventually(strstr(next_frame(), "nobody answers") != NULL);
}
END_TEST

Suite *stories_operators_top_suite(void)
{
    Suite *suite = suite_create("operators_top");
    TCase *tests = tcase_create("operators_top");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, troupe_top_is_alive_in_a_terminal);
    tcase_add_test(tests, troupe_top_says_that_nobody_answers_any_more);
    suite_add_tcase(suite, tests);
    return suite;
}
