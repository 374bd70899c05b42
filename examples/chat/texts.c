#include "texts.h"

#include <stdio.h>
#include <string.h>
#include <troupe/actors.h>

uint64_t now_ms(void)
{
    return tr_core_now_ms(tr_core_current());
}

void trim(char *text)
{
    size_t start = strspn(text, " \t\r\n");
    size_t size = strlen(text + start);
    memmove(text, text + start, size + 1);
    size_t lead = size;
    while (lead != 0 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
        lead--;
    if (lead != 0 && (unsigned char)text[lead - 1] >= 0xc0) {
        unsigned char first = (unsigned char)text[lead - 1];
        size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (size - (lead - 1) < wanted)
            size = lead - 1;
    }
    while (size != 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        size--;
    text[size] = 0;
}

void room_name(const char *text, char out[ROOM_BYTES])
{
    size_t size = 0;
    for (; *text != 0 && *text != '?' && *text != '#' && size < ROOM_BYTES - 1; text++) {
        char letter = *text;
        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
            out[size++] = letter;
        else if (size != 0 && out[size - 1] != '-')
            out[size++] = '-';
    }
    while (size != 0 && out[size - 1] == '-')
        size--;
    out[size] = 0;
    if (size == 0)
        snprintf(out, ROOM_BYTES, "general");
}

uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text != 0; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

const char *room_topic(const char *what, const char *room)
{
    return ui_format("chat %s %s", what, room);
}

ui_control *muted(const char *text, const char *key)
{
    return ui_text(text, .key = key, .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL,
                   .color = "onsurfacevariant");
}

ui_control *avatar(const char *name, double size)
{
    static const char *const colors[][2] = {{"primarycontainer", "onprimarycontainer"},
                                            {"secondarycontainer", "onsecondarycontainer"},
                                            {"tertiarycontainer", "ontertiarycontainer"},
                                            {"surfacecontainerhighest", "onsurface"}};
    const char *const *color = colors[hash_of(name) % 4];
    int letter = (unsigned char)name[0] >= 0xf0   ? 4
                 : (unsigned char)name[0] >= 0xe0 ? 3
                 : (unsigned char)name[0] >= 0xc0 ? 2
                                                  : 1;
    char first[8];
    snprintf(first, sizeof first, "%.*s", letter, name);
    if (first[0] >= 'a' && first[0] <= 'z')
        first[0] = (char)(first[0] - 'a' + 'A');
    return ui_container(
        ui_text(first, .color = color[1], .size = size * 0.42, .weight = UI_FONT_WEIGHT_W_500),
        .width = size, .height = size, .border_radius = ui_radius(size / 2), .bgcolor = color[0],
        .alignment = ui_alignment(0, 0));
}
