#include "gallery.h"

#include <math.h>
#include <troupe/packages/flashlight.h>
#include <troupe/packages/permission_handler.h>
#include <troupe/packages/secure_storage.h>

GROUP(11, services, "Services",
    "What browsers and devices can do besides showing controls. Many "
    "ask the user first; what is not there says so.");

TR_ASYNC(copy)
{
    report(
        ev, "copy", ui_clipboard_set(ev, "Copied from the gallery"));
}

TR_ASYNC(paste)
{
    const char *text = NULL;
    int result = ui_clipboard_get(ev, &text);
    if (result == 0)
        say(ev, "the clipboard has \"%s\"", text != NULL ? text : "");
    else
        report(ev, "paste", result);
}

DEMO(clipboard, "Clipboard",
    "Text, pictures and files to and from the clipboard.", NO_KNOBS)
{
    return ui_row(UI(ui_button("Copy", .on_click = copy),
        ui_button("Paste", .on_click = paste)));
}

TR_ASYNC(pick_files)
{
    const ui_file_picker_file_data *const *files = NULL;
    int result = ui_pick_files(ev, &files, .allow_multiple = true);
    if (result != 0)
        report(ev, "pick", result);
    for (; result == 0 && files != NULL && *files != NULL; files++)
        say(ev, "%s, %lld bytes", (*files)->name,
            (long long)(*files)->size);
}

DEMO(file_picker, "FilePicker",
    "Lets the user choose files, a folder, or a place to save.",
    NO_KNOBS)
{
    return ui_button("Choose files", .on_click = pick_files);
}

TR_ASYNC(keep)
{
    report(ev, "set",
        ui_shared_preferences_set(ev, NULL, "gallery.visit", "yes"));
}

TR_ASYNC(look_up)
{
    const ui_any *kept = NULL;
    int result =
        ui_shared_preferences_get(ev, &kept, "gallery.visit");
    if (result == 0)
        say(ev, "gallery.visit is %s",
            kept != NULL && kept->text != NULL ? kept->text
                                               : "not there");
    else
        report(ev, "get", result);
}

DEMO(shared_preferences, "SharedPreferences",
    "Values that this browser keeps for the app.", NO_KNOBS)
{
    return ui_row(UI(ui_button("Keep", .on_click = keep),
        ui_button("Look up", .on_click = look_up)));
}

TR_ASYNC(keep_secret)
{
    report(ev, "set",
        ui_secure_storage_set(
            ev, .key = "gallery.secret", .value = "abracadabra"));
}

TR_ASYNC(look_up_secret)
{
    const char *word = NULL;
    int result =
        ui_secure_storage_get(ev, &word, .key = "gallery.secret");
    if (result == 0)
        say(ev, "the secret is %s",
            word != NULL ? word : "not there");
    else
        report(ev, "get", result);
}

DEMO(secure_storage, "SecureStorage",
    "Texts that this browser keeps encrypted, for pages that came by "
    "https. Who uses the same browser reads them all the same.",
    NO_KNOBS)
{
    return ui_row(UI(ui_button("Keep", .on_click = keep_secret),
        ui_button("Look up", .on_click = look_up_secret)));
}

static void say_status(
    tr_event *ev, int result, enum ui_permission_status status)
{
    if (result != 0)
        report(ev, "the camera", result);
    else if (status == UI_PERMISSION_STATUS_GRANTED)
        say(ev, "the camera: allowed");
    else if (status == UI_PERMISSION_STATUS_DENIED)
        say(ev, "the camera: not yet, but it may be asked for");
    else
        say(ev, "the camera: refused");
}

TR_ASYNC(look_at_permission)
{
    enum ui_permission_status status = 0;
    int result = ui_permission_handler_get_status(
        ev, &status, .permission = UI_PERMISSION_CAMERA);
    say_status(ev, result, status);
}

TR_ASYNC(ask_permission)
{
    enum ui_permission_status status = 0;
    int result = ui_permission_handler_request(
        ev, &status, .permission = UI_PERMISSION_CAMERA);
    say_status(ev, result, status);
}

DEMO(permission_handler, "PermissionHandler",
    "What the user lets the page use, and asking for it.", NO_KNOBS)
{
    return ui_row(
        UI(ui_button("Look", .on_click = look_at_permission),
            ui_button("Ask", .on_click = ask_permission)));
}

TR_ASYNC(light)
{
    report(ev, "on", ui_flashlight_on(ev));
}

TR_ASYNC(darken)
{
    report(ev, "off", ui_flashlight_off(ev));
}

DEMO(flashlight, "Flashlight",
    "The lamp of a camera, where browsers let pages light it: on "
    "phones with Android.",
    NO_KNOBS)
{
    return ui_row(UI(ui_button("On", .on_click = light),
        ui_button("Off", .on_click = darken)));
}

TR_ASYNC(launch)
{
    report(ev, "launch", ui_launch_url(ev, "https://example.org"));
}

DEMO(url_launcher, "UrlLauncher",
    "Opens addresses: in a tab, a window, the mail program.",
    NO_KNOBS)
{
    return ui_button("Open example.org", .on_click = launch);
}

TR_ASYNC(share_text)
{
    report(ev, "share",
        ui_share_text(ev, NULL, "Look at this", .title = "Gallery"));
}

DEMO(share, "Share",
    "The system's own way to hand text and files to other apps.",
    NO_KNOBS)
{
    return ui_button("Share", .on_click = share_text);
}

TR_ASYNC(buzz)
{
    report(ev, "heavy impact", ui_haptic_feedback_heavy_impact(ev));
}

DEMO(haptic_feedback, "HapticFeedback",
    "Short vibrations of a phone.", NO_KNOBS)
{
    return ui_button("Heavy impact", .on_click = buzz);
}

TR_ASYNC(read_battery)
{
    int64_t level = 0;
    int result = ui_battery_get_battery_level(ev, &level);
    if (result == 0)
        say(ev, "%d %%", (int)level);
    else
        report(ev, "level", result);
}

DEMO(battery, "Battery", "How full it is, and whether it is charged.",
    NO_KNOBS)
{
    return ui_button("Level", .on_click = read_battery);
}

TR_ASYNC(read_connectivity)
{
    static const char *const names[] = {"", "bluetooth", "ethernet",
        "mobile", "none", "other", "vpn", "wifi"};
    const enum ui_connectivity_type *types = NULL;
    int result = ui_connectivity_get_connectivity(ev, &types);
    if (result == 0)
        say(ev, "connected by %s",
            types != NULL && *types != 0 ? names[*types] : "nothing");
    else
        report(ev, "connectivity", result);
}

DEMO(connectivity, "Connectivity", "How the device is connected.",
    NO_KNOBS)
{
    return ui_button("How?", .on_click = read_connectivity);
}

TR_ASYNC(stay_awake)
{
    report(ev, "wakelock", ui_wakelock_enable(ev));
}

TR_ASYNC(may_sleep)
{
    report(ev, "wakelock off", ui_wakelock_disable(ev));
}

DEMO(wakelock, "Wakelock", "Keeps the screen on.", NO_KNOBS)
{
    return ui_row(UI(ui_button("Stay on", .on_click = stay_awake),
        ui_button("May sleep", .on_click = may_sleep)));
}

TR_ASYNC(menu_off)
{
    report(
        ev, "no browser menu", ui_browser_context_menu_disable(ev));
}

TR_ASYNC(menu_on)
{
    report(ev, "browser menu", ui_browser_context_menu_enable(ev));
}

DEMO(browser_context_menu, "BrowserContextMenu",
    "Turns the browser's own menu off, to show one of the app's.",
    NO_KNOBS)
{
    return ui_row(UI(ui_button("Off", .on_click = menu_off),
        ui_button("On", .on_click = menu_on)));
}

TR_ASYNC(announce)
{
    report(ev, "announce",
        ui_semantics_service_announce_message(
            ev, "Three new letters"));
}

DEMO(semantics_service, "SemanticsService",
    "Says something through the screen reader.", NO_KNOBS)
{
    return ui_button("Say", .on_click = announce);
}

TR_ASYNC(read_path)
{
    const char *path = NULL;
    int result = ui_storage_paths_get_temporary_directory(ev, &path);
    if (result == 0)
        say(ev, "temporary files: %s",
            path != NULL ? path : "nowhere");
    else
        report(ev, "path", result);
}

DEMO(storage_paths, "StoragePaths",
    "The folders that an app on a device may use.", NO_KNOBS)
{
    return ui_button("Temporary files", .on_click = read_path);
}

TR_ASYNC(read_brightness)
{
    double level = NAN;
    int result =
        ui_screen_brightness_get_system_screen_brightness(ev, &level);
    if (result == 0)
        say(ev, "brightness %.2f", level);
    else
        report(ev, "brightness", result);
}

DEMO(screen_brightness, "ScreenBrightness",
    "Reads and sets how bright the screen of a device is.", NO_KNOBS)
{
    return ui_button("How bright?", .on_click = read_brightness);
}

// A sensor is put on the page to hear it, and taken off again: what
// `made` is of is its key.
static void hear(tr_event *ev, const char *key, ui_control *made)
{
    if (ui_remove(ev, key) == 0) {
        say(ev, "%s: off", key);
        return;
    }
    say(ev, "%s: on", key);
    (void)ui_add(ev, made);
}

TR_ASYNC(show_acceleration)
{
    const tr_ev_accelerometer_reading *at =
        TR_EVENT(ev, accelerometer_reading);
    if (at != NULL)
        say(ev, "%.2f, %.2f, %.2f m/s²", at->x, at->y, at->z);
}

TR_ASYNC(hear_accelerometer)
{
    hear(ev, "accelerometer",
        ui_accelerometer(.key = "accelerometer", .interval = 500,
            .on_reading = show_acceleration, .on_error = show_event));
}

DEMO(accelerometer, "Accelerometer",
    "How the device is moved, gravity included.", NO_KNOBS)
{
    return ui_button("On and off", .on_click = hear_accelerometer);
}

TR_ASYNC(show_user_acceleration)
{
    const tr_ev_user_accelerometer_reading *at =
        TR_EVENT(ev, user_accelerometer_reading);
    if (at != NULL)
        say(ev, "%.2f, %.2f, %.2f m/s²", at->x, at->y, at->z);
}

TR_ASYNC(hear_user_accelerometer)
{
    hear(ev, "user-accelerometer",
        ui_user_accelerometer(.key = "user-accelerometer",
            .interval = 500, .on_reading = show_user_acceleration,
            .on_error = show_event));
}

DEMO(user_accelerometer, "UserAccelerometer",
    "How the device is moved, gravity taken off.", NO_KNOBS)
{
    return ui_button(
        "On and off", .on_click = hear_user_accelerometer);
}

TR_ASYNC(show_rotation)
{
    const tr_ev_gyroscope_reading *at =
        TR_EVENT(ev, gyroscope_reading);
    if (at != NULL)
        say(ev, "%.2f, %.2f, %.2f rad/s", at->x, at->y, at->z);
}

TR_ASYNC(hear_gyroscope)
{
    hear(ev, "gyroscope",
        ui_gyroscope(.key = "gyroscope", .interval = 500,
            .on_reading = show_rotation, .on_error = show_event));
}

DEMO(gyroscope, "Gyroscope", "How the device is turned.", NO_KNOBS)
{
    return ui_button("On and off", .on_click = hear_gyroscope);
}

TR_ASYNC(show_field)
{
    const tr_ev_magnetometer_reading *at =
        TR_EVENT(ev, magnetometer_reading);
    if (at != NULL)
        say(ev, "%.2f, %.2f, %.2f µT", at->x, at->y, at->z);
}

TR_ASYNC(hear_magnetometer)
{
    hear(ev, "magnetometer",
        ui_magnetometer(.key = "magnetometer", .interval = 500,
            .on_reading = show_field, .on_error = show_event));
}

DEMO(magnetometer, "Magnetometer", "Where north is.", NO_KNOBS)
{
    return ui_button("On and off", .on_click = hear_magnetometer);
}

TR_ASYNC(show_pressure)
{
    const tr_ev_barometer_reading *at =
        TR_EVENT(ev, barometer_reading);
    if (at != NULL)
        say(ev, "%.1f hPa", at->pressure);
}

TR_ASYNC(hear_barometer)
{
    hear(ev, "barometer",
        ui_barometer(.key = "barometer", .interval = 500,
            .on_reading = show_pressure, .on_error = show_event));
}

DEMO(barometer, "Barometer", "The pressure of the air.", NO_KNOBS)
{
    return ui_button("On and off", .on_click = hear_barometer);
}

TR_ASYNC(hear_shake)
{
    hear(ev, "shake",
        ui_shake_detector(.key = "shake", .minimum_shake_count = 2,
            .on_shake = show_event));
}

DEMO(shake_detector, "ShakeDetector",
    "Hears that the device is shaken.", NO_KNOBS)
{
    return ui_button("On and off", .on_click = hear_shake);
}
