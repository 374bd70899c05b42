// A library that blocks (here the resolver of the C library) is given a bridge: a coroutine that
// calls it on a pool thread, waits for the result, and blocks nobody meanwhile.

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <troupe/actors.h>

// On a pool thread: may take as long as it likes.
static int64_t resolve(tr_pool_thread *thread, const void *input, size_t size)
{
    (void)size;
    struct addrinfo *found;
    if (getaddrinfo(input, NULL, &(struct addrinfo){.ai_family = AF_INET}, &found) != 0)
        return TR_ENOTFOUND;
    struct sockaddr_in address;
    memcpy(&address, found->ai_addr, sizeof address);
    freeaddrinfo(found);
    return tr_pool_give(thread, &address.sin_addr, sizeof address.sin_addr);
}

// In a coroutine: reads like the blocking call.
static void look_up(const char *host)
{
    struct in_addr address;
    size_t size = sizeof address;
    int64_t status = tr_pool_run(resolve, host, strlen(host) + 1, 5000, &address, &size);
    char text[INET_ADDRSTRLEN] = "";
    if (status == 0)
        printf("%s is %s\n", host, inet_ntop(AF_INET, &address, text, sizeof text));
    else
        printf("%s: %s\n", host, tr_err_text((int)status));
}

static void look_up_all(void *arg)
{
    tr_core *core = arg;
    look_up("localhost");
    look_up("no such host");
    tr_system_end(tr_core_system(core), 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    return tr_coroutine_start(core, "look up", look_up_all, core, NULL);
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
