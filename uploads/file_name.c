#include "uploads/file_name.h"

#include <string.h>

#include "base/number.h"
#include "wire/scan.h"

enum { EXTENSION_CAP_BYTES = 20 };

static tr_slice last_part(tr_slice path)
{
    for (uint32_t i = path.size; i > 0; i--)
        if (path.data[i - 1] == '/' || path.data[i - 1] == '\\')
            return (tr_slice){path.data + i, path.size - i};
    return path;
}

// The size of the character at the front, 0 when it is no UTF-8.
static uint32_t character_size(tr_slice text)
{
    unsigned char first = (unsigned char)text.data[0];
    uint32_t size = first < 0x80    ? 1
                    : first >= 0xf0 ? 4
                    : first >= 0xe0 ? 3
                    : first >= 0xc0 ? 2
                                    : 0;
    return size != 0 && size <= text.size && tr_scan_is_utf8(text.data, size) != 0 ? size : 0;
}

// Nothing is to be seen of it, or it changes how what follows is seen: controls (C0, C1), marks of
// writing direction, separators of lines, the mark of byte order.
static bool is_invisible(const char *character, uint32_t size)
{
    const unsigned char *at = (const unsigned char *)character;
    if (size == 1)
        return at[0] < 0x20 || at[0] == 0x7f;
    if (size == 2)
        return at[0] == 0xc2 && at[1] < 0xa0;
    if (size != 3)
        return false;
    unsigned code = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

static bool is_special(char character)
{
    return character != '\0' && strchr("<>:\"|?*", character) != NULL;
}

// Longer than there is room for: its end is kept, by which programs know what it is.
static tr_slice extension_of(tr_slice name)
{
    size_t stem = tr_file_name_stem(name);
    tr_slice extension = {name.data + stem, name.size - (uint32_t)stem};
    return extension.size <= EXTENSION_CAP_BYTES ? extension : (tr_slice){name.data, 0};
}

static uint32_t clean(tr_slice given, uint32_t cap, char *out)
{
    uint32_t size = 0;
    while (given.size != 0) {
        uint32_t length = character_size(given);
        uint32_t used = length != 0 ? length : 1;
        bool is_odd = length == 0 || (length == 1 && is_special(given.data[0]));
        uint32_t more = is_odd ? 1 : length;
        if (size + more > cap)
            break;
        if (is_odd)
            out[size++] = '_';
        else if (!is_invisible(given.data, length)) {
            memcpy(out + size, given.data, length);
            size += length;
        }
        given.data += used;
        given.size -= used;
    }
    return size;
}

// What no name may begin or end with: hidden files, and what Windows drops.
static tr_slice trim(tr_slice name)
{
    while (name.size != 0 && (name.data[0] == '.' || name.data[0] == ' ')) {
        name.data++;
        name.size--;
    }
    while (name.size != 0 && (name.data[name.size - 1] == '.' || name.data[name.size - 1] == ' '))
        name.size--;
    return name;
}

static bool is_reserved(tr_slice name)
{
    static const char *const words[] = {"CON", "PRN", "AUX", "NUL", "COM", "LPT"};
    const char *dot = memchr(name.data, '.', name.size);
    size_t size = dot != NULL ? (size_t)(dot - name.data) : name.size;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        bool has_number = i >= 4;
        if (size == (has_number ? 4u : 3u) && tr_compare_caseless_n(name.data, words[i], 3) == 0 &&
            (!has_number || (name.data[3] >= '1' && name.data[3] <= '9')))
            return true;
    }
    return false;
}

size_t tr_file_name_stem(tr_slice name)
{
    for (uint32_t i = name.size; i > 1; i--)
        if (name.data[i - 1] == '.')
            return i - 1;
    return name.size;
}

void tr_file_name_make(tr_slice given, char out[TR_FILE_NAME_CAP_BYTES + 1])
{
    char text[TR_FILE_NAME_CAP_BYTES];
    char end[4 * EXTENSION_CAP_BYTES];
    tr_slice part = last_part(given);
    uint32_t cap = TR_FILE_NAME_CAP_BYTES - 1; // and a `_` in front of what is reserved
    uint32_t size = clean(part, cap, text);
    tr_slice extension = extension_of(part);
    uint32_t end_size = clean(extension, EXTENSION_CAP_BYTES, end);
    // It was cut, and its extension with it.
    if (part.size > cap && end_size != 0) {
        size = clean((tr_slice){part.data, part.size - extension.size}, cap - end_size, text);
        memcpy(text + size, end, end_size);
        size += end_size;
    }
    tr_slice name = trim((tr_slice){text, size});
    if (name.size == 0)
        name = TR_SLICE("file");
    uint32_t at = is_reserved(name) ? 1 : 0;
    out[0] = '_';
    memcpy(out + at, name.data, name.size);
    out[at + name.size] = '\0';
}

bool tr_file_name_is_safe(tr_slice name)
{
    char safe[TR_FILE_NAME_CAP_BYTES + 1];
    tr_file_name_make(name, safe);
    return tr_slice_is(name, safe);
}
