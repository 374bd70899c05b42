#include "report.h"

static const char *mode_name(enum load_mode mode)
{
    static const char *const names[] = {"counter", "echo", "open", "idle"};
    return names[mode];
}

static double micros(const struct report *self, double percent)
{
    return (double)histogram_percentile(self->latency, percent) / 1000.0;
}

static double per_event_us(const struct report *self, double cpu_seconds)
{
    return self->done == 0 ? 0 : cpu_seconds * 1e6 / (double)self->done;
}

static void print_json(const struct report *self, FILE *out)
{
    const struct load_options *options = self->options;
    fprintf(out,
            "{\"mode\":\"%s\",\"connections\":%u,\"in_flight\":%u,\"target_rate\":%.1f,"
            "\"seconds\":%.4f,\"done\":%llu,\"rate\":%.2f,\"checked\":%llu,"
            "\"request_bytes\":%.2f,\"reply_bytes\":%.2f,\"replies_per_event\":%.4f,",
            mode_name(options->mode), options->connections, options->in_flight, options->rate,
            self->seconds, (unsigned long long)self->done, (double)self->done / self->seconds,
            (unsigned long long)self->checked, self->request_bytes, self->reply_bytes,
            self->replies_per_event);
    fprintf(out,
            "\"p50_us\":%.2f,\"p90_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,\"max_us\":%.2f,"
            "\"client_cpu_share\":%.4f,\"client_cpu_us_per_event\":%.3f,"
            "\"server_cpu_share\":%.4f,\"server_cpu_us_per_event\":%.3f,\"retries\":%u}\n",
            micros(self, 50), micros(self, 90), micros(self, 99), micros(self, 99.9),
            (double)self->latency->max / 1000.0, self->client_cpu_seconds / self->seconds,
            per_event_us(self, self->client_cpu_seconds), self->server_cpu_seconds / self->seconds,
            per_event_us(self, self->server_cpu_seconds), self->retries);
}

static void print_text(const struct report *self, FILE *out)
{
    const struct load_options *options = self->options;
    fprintf(out, "%s: %u connections, %.0f per second (%llu in %.2f s)\n", mode_name(options->mode),
            options->connections, (double)self->done / self->seconds,
            (unsigned long long)self->done, self->seconds);
    fprintf(out, "latency us: p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f\n",
            micros(self, 50), micros(self, 90), micros(self, 99), micros(self, 99.9),
            (double)self->latency->max / 1000.0);
    if (options->mode != LOAD_OPEN)
        fprintf(out, "bytes: request %.1f, reply %.1f; %.2f replies per event\n",
                self->request_bytes, self->reply_bytes, self->replies_per_event);
    fprintf(out, "client CPU: %.0f %%, %.2f us per event\n",
            100.0 * self->client_cpu_seconds / self->seconds,
            per_event_us(self, self->client_cpu_seconds));
    if (options->server_pid_count > 0)
        fprintf(out, "server CPU: %.0f %%, %.2f us per event\n",
                100.0 * self->server_cpu_seconds / self->seconds,
                per_event_us(self, self->server_cpu_seconds));
    if (self->retries > 0)
        fprintf(out, "openings told to come again: %u\n", self->retries);
}

void report_print(const struct report *self, FILE *out)
{
    if (self->options->is_json)
        print_json(self, out);
    else
        print_text(self, out);
    fflush(out);
}
