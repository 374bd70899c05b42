// Runs a fuzzer without libFuzzer: the named files as they are, then seeded mutations of them.
//
//     replay_scan [-s seed] [-n mutations per file] file...

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/random.h"
#include "fuzz.h"

static int read_file(const char *path, tr_buf *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    size_t got;
    do {
        got = fread(tr_buf_reserve(out, 4096), 1, 4096, file);
        out->size += got;
    } while (got != 0);
    fclose(file);
    return 0;
}

// In a block of exactly that size, so that AddressSanitizer sees a read past the end.
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = tr_alloc(size);
    if (size != 0)
        memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    tr_free(copy);
}

static void mutate_once(tr_buf *bytes, uint64_t *state)
{
    static const uint8_t tags[] = {0x00, 0x7f, 0x80, 0x90, 0xa0, 0xc0, 0xc1, 0xc4, 0xc9,
                                   0xcb, 0xce, 0xcf, 0xd3, 0xd9, 0xdb, 0xdd, 0xdf, 0xff};
    uint64_t bits = tr_random_next(state);
    size_t at = bytes->size != 0 ? (size_t)(bits >> 8) % bytes->size : 0;
    uint8_t value = (uint8_t)(bits >> 40);
    switch (bits % 6) {
    case 0:
        bytes->size = at;
        break;
    case 1: // a second copy of the rest
        (void)tr_buf_reserve(bytes, bytes->size);
        tr_buf_append(bytes, bytes->data + at, bytes->size < 4096 ? bytes->size - at : 0);
        break;
    case 2: // a byte taken out
        if (bytes->size != 0) {
            memmove(bytes->data + at, bytes->data + at + 1, bytes->size - at - 1);
            bytes->size--;
        }
        break;
    case 3:
        tr_buf_append(bytes, &value, 1);
        break;
    case 4:
        if (bytes->size != 0)
            bytes->data[at] = tags[value % sizeof tags];
        break;
    default:
        if (bytes->size != 0)
            bytes->data[at] ^= (uint8_t)(1u << value % 8);
        break;
    }
}

static void run_mutations(const tr_buf *original, unsigned long count, uint64_t seed)
{
    tr_buf bytes = {0};
    uint64_t state = seed;
    for (unsigned long i = 0; i < count; i++) {
        bytes.size = 0;
        tr_buf_append(&bytes, original->data, original->size);
        uint64_t rounds = 1 + tr_random_next(&state) % 4;
        while (rounds-- != 0)
            mutate_once(&bytes, &state);
        run(bytes.data, bytes.size);
    }
    tr_buf_done(&bytes);
}

int main(int argc, char **argv)
{
    uint64_t seed = 1;
    unsigned long count = 2000;
    int option;
    while ((option = getopt(argc, argv, "s:n:")) != -1) {
        if (option == 's')
            seed = strtoull(optarg, NULL, 0);
        else if (option == 'n')
            count = strtoul(optarg, NULL, 0);
        else
            return 2;
    }
    // Before the first crash, so that it can be repeated.
    fprintf(stderr, "replay: %d files, %lu mutations each, seed %llu\n", argc - optind, count,
            (unsigned long long)seed);
    run(NULL, 0);
    for (int i = optind; i < argc; i++) {
        tr_buf bytes = {0};
        if (read_file(argv[i], &bytes) < 0)
            return 1;
        run(bytes.data, bytes.size);
        run_mutations(&bytes, count, seed + (uint64_t)i);
        tr_buf_done(&bytes);
    }
    return 0;
}
