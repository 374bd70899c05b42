// Asked to stop (Ctrl-C, kill), a program first handles what it accepted: the stop loses no
// message, and each actor says goodbye in on_stop.

#include <signal.h>
#include <stdio.h>
#include <troupe/actors.h>
#include <unistd.h>

TR_MESSAGE(write_line, 1000, (text, line));

struct writer {
    int lines;
};

static void write_one(tr_actor *self, tr_message *message)
{
    struct writer *writer = tr_actor_state(self);
    tr_slice line = TR_BODY(message, write_line)->line;
    printf("%.*s\n", (int)line.size, line.data);
    writer->lines++;
}

static void close_book(tr_actor *self)
{
    const struct writer *writer = tr_actor_state(self);
    printf("closed after %d lines\n", writer->lines);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour writer = {.name = "writer",
                                        .state_size = sizeof(struct writer),
                                        .on_message = write_one,
                                        .on_stop = close_book};
    tr_address book;
    int result = tr_spawn(core, &writer, NULL, 0, &book);
    // The signal comes before the first line was written.
    kill(getpid(), SIGTERM);
    static const char *const lines[] = {"It was a dark", "and stormy", "night."};
    for (int i = 0; result == 0 && i < 3; i++)
        result = tr_send(core, TR_NOWHERE, book, write_line, .line = tr_slice_of(lines[i]));
    return result;
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
