#include "tests/support/operator.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"

static tr_buf answer;
static const char *body = "";

unsigned operator_port(world_process *process)
{
    process_read_line(process);
    static const char start[] = "admin at http://127.0.0.1:";
    ck_assert_msg(strncmp(process->line, start, sizeof start - 1) == 0, "%s", process->line);
    return (unsigned)strtoul(process->line + sizeof start - 1, NULL, 10);
}

unsigned operator_ask(unsigned port, const char *method, const char *path, const char *more)
{
    char request[512];
    raw_port = port;
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int size =
        snprintf(request, sizeof request, "%s %s HTTP/1.1\r\n%s%sConnection: close\r\n\r\n", method,
                 path, strstr(more, "Host:") != NULL ? "" : "Host: 127.0.0.1\r\n", more);
    raw_put(peer, request, (size_t)size);
    char bytes[4096];
    ssize_t got;
    answer.size = 0;
    while ((got = read(peer, bytes, sizeof bytes)) > 0)
        tr_buf_append(&answer, bytes, (size_t)got);
    close(peer);
    const char *head_end = strstr(tr_buf_text(&answer), "\r\n\r\n");
    body = head_end != NULL ? head_end + 4 : "";
    return head_end != NULL ? raw_status_of((const char *)answer.data) : 0;
}

const char *operator_body(void)
{
    return body;
}

void operator_done(void)
{
    tr_buf_done(&answer);
    body = "";
}

double operator_sample(const char *name)
{
    size_t size = strlen(name);
    for (const char *at = body; at != NULL && *at != '\0';) {
        if (strncmp(at, name, size) == 0 && at[size] == ' ')
            return strtod(at + size + 1, NULL);
        at = strchr(at, '\n');
        at += at != NULL;
    }
    return -1;
}

double operator_metric(unsigned port, const char *name)
{
    ck_assert_uint_eq(operator_ask(port, "GET", "/metrics", ""), 200);
    return operator_sample(name);
}
