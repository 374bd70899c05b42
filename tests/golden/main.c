// Runs a file of recorded conversations (format flet-golden/1) through the real session code:
//
//     golden FILE.json
//
// One line for each. Ends with 0, 1 when something differs, 2 when the file cannot be read.

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "tests/golden/classes.h"
#include "tests/golden/vector.h"

static int unreadable(const char *file, const char *why)
{
    fprintf(stderr, "golden: %s: %s\n", file, why);
    return 2;
}

// One line, whatever is in it.
static void print_failure(const char *name, tr_buf *why)
{
    for (size_t i = 0; i < why->size; i++)
        if (why->data[i] < ' ')
            why->data[i] = ' ';
    printf("FAILED %s: %s\n", name, tr_buf_text(why));
}

static int run_all(const json_t *vectors, const json_t *client_page)
{
    size_t failed = 0, ours = 0, recorded = 0;
    size_t i;
    json_t *vector;
    json_array_foreach(vectors, i, vector)
    {
        const char *name = view_text(vector, "name");
        name = name != NULL ? name : "(no name)";
        vector_result result;
        vector_run(vector, client_page, &result);
        bool is_good = result.why.size == 0;
        failed += !is_good;
        ours += is_good ? result.our_bytes : 0;
        recorded += is_good ? result.recorded_bytes : 0;
        if (is_good)
            printf("ok %s (%zu bytes, recorded %zu)\n", name, result.our_bytes,
                   result.recorded_bytes);
        else
            print_failure(name, &result.why);
        fflush(stdout);
        tr_buf_done(&result.why);
    }
    printf("%zu passed, %zu failed; sent %zu bytes, recorded %zu", i - failed, failed, ours,
           recorded);
    if (recorded != 0)
        printf(" (%.1f %%)", 100.0 * (double)ours / (double)recorded);
    printf("\n");
    return failed != 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: golden FILE.json\n");
        return 2;
    }
    json_error_t error;
    json_t *file = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error);
    if (file == NULL) {
        char why[256];
        snprintf(why, sizeof why, "%s (line %d)", error.text, error.line);
        return unreadable(argv[1], why);
    }
    const char *format = json_is_object(file) ? view_text(file, "format") : NULL;
    const json_t *vectors = json_object_get(file, "vectors");
    const json_t *page =
        json_object_get(json_object_get(file, "conventions"), "client_page_default");
    int result;
    if (format == NULL || strcmp(format, "flet-golden/1") != 0)
        result = unreadable(argv[1], "not a file of format flet-golden/1");
    else if (!json_is_array(vectors) || json_array_size(vectors) == 0)
        result = unreadable(argv[1], "has no vectors");
    else if (!json_is_object(page))
        result = unreadable(argv[1], "has no conventions.client_page_default");
    else {
        classes_load();
        result = run_all(vectors, page);
        classes_unload();
    }
    json_decref(file);
    return result;
}
