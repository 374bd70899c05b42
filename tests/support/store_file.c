#include "tests/support/store_file.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/browser.h"

enum { LOOKS = 2000 }; // some milliseconds; a write of the file is an fsync long

static int open_lock(const char *url)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s-writer", url + strlen("lmdb:"));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    return fd;
}

int store_file_hold(const char *url)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    int fd = open_lock(url);
    ck_assert_int_eq(fcntl(fd, F_SETLKW, &lock), 0);
    return fd;
}

bool store_file_is_written_by(const char *url, pid_t pid)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    int fd = open_lock(url);
    ck_assert_int_eq(fcntl(fd, F_GETLK, &lock), 0);
    close(fd);
    return lock.l_type != F_UNLCK && lock.l_pid == pid;
}

bool store_file_stop_writer(const char *url, pid_t pid, bool in_a_write)
{
    for (unsigned i = 0; i < LOOKS && store_file_is_written_by(url, pid) != in_a_write; i++)
        ;
    ck_assert_int_eq(kill(pid, SIGSTOP), 0);
    if (store_file_is_written_by(url, pid) == in_a_write)
        return true;
    ck_assert_int_eq(kill(pid, SIGCONT), 0);
    browsers_wait();
    return false;
}
