#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "troupe/err.h"

void must(int status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, tr_err_text(status));
    exit(1);
}

struct stage *stage_up(unsigned cores, const char *bus_endpoint, uint64_t count)
{
    struct stage *self = tr_new(struct stage);
    self->count = count;
    sem_init(&self->ended, 0, 0);
    must(tr_system_start(&(tr_system_options){.core_count = cores, .bus_endpoint = bus_endpoint},
                         &self->system),
         "start");
    return self;
}

typedef struct scene {
    void (*function)(tr_core *core, void *arg);
    void *arg;
    sem_t played;
} scene;

static void play(tr_core *core, void *arg)
{
    scene *self = arg;
    self->function(core, self->arg);
    sem_post(&self->played);
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
    }
}

void stage_play(struct stage *self, unsigned core, void (*function)(tr_core *core, void *arg),
                void *arg)
{
    scene it = {.function = function, .arg = arg};
    sem_init(&it.played, 0, 0);
    must(tr_system_post(self->system, core, play, &it), "post");
    wait_for(&it.played);
    sem_destroy(&it.played);
}

void stage_begin(struct stage *self)
{
    self->began_ns = tr_clock_ns();
}

void stage_end(struct stage *self)
{
    self->ended_ns = tr_clock_ns();
    sem_post(&self->ended);
}

void stage_wait(struct stage *self)
{
    wait_for(&self->ended);
}

double stage_down(struct stage **self)
{
    struct stage *it = *self;
    double each_ns = (double)(it->ended_ns - it->began_ns) / (double)it->count;
    tr_system_stop(&it->system);
    sem_destroy(&it->ended);
    tr_free(it);
    *self = NULL;
    return each_ns;
}

double resident_bytes(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double kib = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0 || strncmp(line, "VmPTE:", 6) == 0)
            kib += strtod(line + 6, NULL);
    if (file != NULL)
        fclose(file);
    return kib * 1024;
}
