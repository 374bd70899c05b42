#include "registration.h"

#include <stdbool.h>
#include <string.h>

enum { PACKET_FLET = 0x00, ACTION_REGISTER = 1, ACTION_EVENT = 3 };

static void pack_text(msgpack_packer *packer, const char *text)
{
    msgpack_pack_str_with_body(packer, text, strlen(text));
}

static void pack_flag(msgpack_packer *packer, const char *name, bool is_set)
{
    pack_text(packer, name);
    if (is_set)
        msgpack_pack_true(packer);
    else
        msgpack_pack_false(packer);
}

static void pack_sides(msgpack_packer *packer, const char *name)
{
    static const char *const sides[] = {"top", "right", "bottom", "left"};
    pack_text(packer, name);
    msgpack_pack_map(packer, 4);
    for (unsigned i = 0; i < 4; i++) {
        pack_text(packer, sides[i]);
        msgpack_pack_int(packer, 0);
    }
}

static void pack_media(msgpack_packer *packer)
{
    pack_text(packer, "media");
    msgpack_pack_map(packer, 6);
    pack_sides(packer, "padding");
    pack_sides(packer, "view_padding");
    pack_sides(packer, "view_insets");
    pack_text(packer, "device_pixel_ratio");
    msgpack_pack_int(packer, 1);
    pack_text(packer, "orientation");
    pack_text(packer, "landscape");
    pack_flag(packer, "always_use_24_hour_format", false);
}

static void pack_page(msgpack_packer *packer)
{
    msgpack_pack_map(packer, 14);
    pack_text(packer, "route");
    pack_text(packer, "/");
    pack_flag(packer, "pwa", false);
    pack_flag(packer, "web", true);
    pack_flag(packer, "debug", false);
    pack_flag(packer, "wasm", false);
    pack_flag(packer, "test", false);
    pack_flag(packer, "multi_view", false);
    pack_flag(packer, "pyodide", false);
    pack_text(packer, "platform_brightness");
    pack_text(packer, "light");
    pack_text(packer, "width");
    msgpack_pack_int(packer, 1280);
    pack_text(packer, "height");
    msgpack_pack_int(packer, 720);
    pack_text(packer, "platform");
    pack_text(packer, "linux");
    pack_text(packer, "window");
    msgpack_pack_map(packer, 0);
    pack_media(packer);
}

static void start_packet(msgpack_packer *packer, msgpack_sbuffer *out, int action)
{
    static const char type = PACKET_FLET;
    msgpack_sbuffer_write(out, &type, 1);
    msgpack_packer_init(packer, out, msgpack_sbuffer_write);
    msgpack_pack_array(packer, 2);
    msgpack_pack_int(packer, action);
}

void pack_registration(msgpack_sbuffer *out)
{
    msgpack_packer packer;
    start_packet(&packer, out, ACTION_REGISTER);
    msgpack_pack_map(&packer, 3);
    pack_text(&packer, "session_id");
    msgpack_pack_nil(&packer);
    pack_text(&packer, "page_name");
    pack_text(&packer, "");
    pack_text(&packer, "page");
    pack_page(&packer);
}

void pack_click(msgpack_sbuffer *out, int64_t control_id)
{
    msgpack_packer packer;
    start_packet(&packer, out, ACTION_EVENT);
    msgpack_pack_map(&packer, 3);
    pack_text(&packer, "target");
    msgpack_pack_int64(&packer, control_id);
    pack_text(&packer, "name");
    pack_text(&packer, "click");
    pack_text(&packer, "data");
    msgpack_pack_nil(&packer);
}
