#include "sdk/session/program_id.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "base/hash.h"

static size_t padded(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

static uint64_t hash_of_notes(const uint8_t *at, size_t left)
{
    ElfW(Nhdr) head;
    while (left >= sizeof head) {
        memcpy(&head, at, sizeof head);
        size_t name_end = sizeof head + padded(head.n_namesz);
        size_t size = name_end + padded(head.n_descsz);
        if (size > left)
            return 0;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
            memcmp(at + sizeof head, "GNU", 4) == 0)
            return tr_hash(at + name_end, head.n_descsz);
        at += size;
        left -= size;
    }
    return 0;
}

static uint64_t hash_of_object(const struct dl_phdr_info *object)
{
    uint64_t hash = 0;
    for (unsigned i = 0; i < object->dlpi_phnum && hash == 0; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type == PT_NOTE)
            hash = hash_of_notes((const uint8_t *)(uintptr_t)(object->dlpi_addr + part->p_vaddr),
                                 part->p_memsz);
    }
    return hash;
}

static bool has_address(const struct dl_phdr_info *object, uintptr_t address)
{
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t begin = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && address >= begin && address - begin < part->p_memsz)
            return true;
    }
    return false;
}

typedef struct wanted {
    uintptr_t address; // 0: the program itself, which is told of first
    uint64_t hash;
} wanted;

static int look_at_object(struct dl_phdr_info *object, size_t size, void *arg)
{
    wanted *self = arg;
    (void)size;
    if (self->address != 0 && !has_address(object, self->address))
        return 0;
    self->hash = hash_of_object(object);
    return 1;
}

// Not of the libraries: they differ between machines that run the same program.
uint64_t tr_program_id(const tr_app *app)
{
    wanted what = {.address = app->build != NULL ? (uintptr_t)app->build : (uintptr_t)app->routes};
    (void)dl_iterate_phdr(look_at_object, &what);
    return what.hash;
}
