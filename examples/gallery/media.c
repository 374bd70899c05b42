#include "gallery.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <troupe/packages/audio.h>
#include <troupe/packages/audio_recorder.h>
#include <troupe/packages/camera.h>
#include <troupe/packages/lottie.h>
#include <troupe/packages/rive.h>
#include <troupe/packages/video.h>

#include "film.h"

GROUP(15, media, "Sound and pictures",
    "What plays and what records. Microphones and cameras are for "
    "pages that came by https, and each user is asked first.");

// -- films --

TR_ASYNC(play_film)
{
    report(ev, "play", ui_video_play_or_pause(ev, .key = "film"));
}

TR_ASYNC(ask_film)
{
    int64_t at = 0;
    int result = ui_video_get_current_position(ev, "film", &at);
    if (result == 0)
        say(ev, "at %.1f s", (double)at / 1000);
    else
        report(ev, "position", result);
}

DEMO_INSIDE(video, "Video",
    "A film, or a list of them, with subtitles.",
    FLAG("show_controls", true), FLAG("muted", true),
    NUMBER("playback_rate", 1, 0.25, 2),
    CHOICE("fit", "contain", "cover", "fill"),
    CHOICE("playlist_mode", "none", "single", "loop"))
{
    static const char words[] =
        "WEBVTT\n\n00:00.000 --> 00:01.000\nUp it goes …\n\n"
        "00:01.000 --> 00:03.000\n… and down again";
    return ui_column(UI(
        tuned(ev, ui_video(.key = "film", .width = 320, .muted = true,
                      .title = "A ball",
                      .playlist =
                          UI_VALUES(ui_video_media(.resource = FILM)),
                      .subtitle_track =
                          ui_video_subtitle_track(.src = words),
                      .on_complete = show_event)),
        ui_row(UI(ui_button("Play or pause", .on_click = play_film),
            ui_button("Where?", .on_click = ask_film)))));
}

// -- sounds --

enum { RATE = 8000, HEAD_BYTES = 44, TONE_SAMPLES = RATE / 2 };

static void put(uint8_t *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

// Half a second of a note, as a WAV file.
static void make_tone(uint8_t wav[HEAD_BYTES + TONE_SAMPLES])
{
    memcpy(wav, "RIFF....WAVEfmt ", 16);
    put(wav + 4, HEAD_BYTES - 8 + TONE_SAMPLES, 4);
    put(wav + 16, 16, 4);
    put(wav + 20, 1, 2);
    put(wav + 22, 1, 2);
    put(wav + 24, RATE, 4);
    put(wav + 28, RATE, 4);
    put(wav + 32, 1, 2);
    put(wav + 34, 8, 2);
    memcpy(wav + 36, "data", 4);
    put(wav + 40, TONE_SAMPLES, 4);
    for (int i = 0; i < TONE_SAMPLES; i++) {
        double fades = 1 - (double)i / (double)TONE_SAMPLES;
        wav[HEAD_BYTES + i] =
            (uint8_t)(128 + 100 * fades * sin(i * 0.3455));
    }
}

TR_ASYNC(play_tone)
{
    uint8_t wav[HEAD_BYTES + TONE_SAMPLES];
    (void)ui_remove(ev, "tone");
    make_tone(wav);
    (void)ui_add(ev, ui_audio(.key = "tone",
                         .src_bytes = ui_bytes(wav, sizeof wav),
                         .on_state_change = show_event));
    report(ev, "play", ui_audio_play(ev, "tone"));
}

DEMO(audio, "Audio", "A sound, from an address or from bytes.",
    NO_KNOBS)
{
    return ui_button("Play a note", .on_click = play_tone);
}

TR_ASYNC(start_recording)
{
    bool is_recording = false;
    int result = ui_audio_recorder_start_recording(ev, &is_recording,
        .configuration = ui_audio_recorder_configuration(
                .encoder = UI_AUDIO_ENCODER_OPUS));
    report(ev, "start", result);
}

TR_ASYNC(stop_recording)
{
    const char *address = NULL;
    int result = ui_audio_recorder_stop_recording(ev, &address);
    if (result == 0)
        say(ev, "recorded: %s",
            address != NULL ? address : "nothing");
    else
        report(ev, "stop", result);
}

DEMO(audio_recorder, "AudioRecorder",
    "Records what the microphone hears: for the page, for an upload, "
    "or piece by piece for the server.",
    NO_KNOBS)
{
    return ui_row(UI(ui_button("Record", .on_click = start_recording),
        ui_button("Stop", .on_click = stop_recording)));
}

// -- cameras --

TR_ASYNC(open_camera)
{
    const ui_camera_description_data *const *cameras = NULL;
    int result =
        ui_camera_get_available_cameras(ev, "camera", &cameras);
    if (result == 0 && (cameras == NULL || *cameras == NULL)) {
        say(ev, "this device has no camera");
        return;
    }
    if (result == 0)
        result = ui_camera_initialize(ev, .key = "camera",
            .description =
                ui_camera_description(.name = (*cameras)->name,
                    .lens_direction = (*cameras)->lens_direction,
                    .sensor_orientation =
                        (int)(*cameras)->sensor_orientation),
            .resolution_preset = UI_RESOLUTION_PRESET_MEDIUM,
            .enable_audio = false);
    report(ev, "open", result);
}

TR_ASYNC(take_photo)
{
    const tr_slice *picture = NULL;
    int result = ui_camera_take_picture(ev, "camera", &picture);
    if (result == 0 && picture != NULL)
        say(ev, "a picture of %zu bytes", (size_t)picture->size);
    else
        report(ev, "picture", result);
}

DEMO_INSIDE(camera, "Camera",
    "What a camera of the device sees, and pictures of it.",
    FLAG("preview_enabled", true))
{
    return ui_column(UI(tuned(ev, ui_camera(.key = "camera",
                                      .width = 320, .height = 180)),
        ui_row(UI(ui_button("Open", .on_click = open_camera),
            ui_button("Take a picture", .on_click = take_photo)))));
}

// -- animations --

DEMO(lottie, "Lottie",
    "An animation made with After Effects. It rests where the user "
    "wants no motion.",
    FLAG("animate", true), FLAG("repeat", true),
    FLAG("reverse", false), NUMBER("width", 160, 40, 320))
{
    static const char square[] =
        "{\"v\":\"5.7.0\",\"fr\":30,\"ip\":0,\"op\":60,\"w\":100,"
        "\"h\":100,\"assets\":[],\"layers\":[{\"ty\":4,\"ind\":1,"
        "\"ip\":0,\"op\":60,\"st\":0,\"ks\":{\"o\":{\"k\":100},"
        "\"a\":{\"k\":[0,0,0]},\"p\":{\"k\":[50,50,0]},"
        "\"s\":{\"k\":[100,100,100]},\"r\":{\"a\":1,\"k\":["
        "{\"t\":0,\"s\":[0],\"o\":{\"x\":[0.4],\"y\":[0]},"
        "\"i\":{\"x\":[0.6],\"y\":[1]}},{\"t\":60,\"s\":[360]}]}},"
        "\"shapes\":[{\"ty\":\"gr\",\"it\":["
        "{\"ty\":\"rc\",\"p\":{\"k\":[0,0]},\"s\":{\"k\":[50,50]},"
        "\"r\":{\"k\":8}},{\"ty\":\"fl\",\"o\":{\"k\":100},"
        "\"c\":{\"k\":[0.1,0.46,0.82,1]}},{\"ty\":\"tr\","
        "\"p\":{\"k\":[0,0]},\"a\":{\"k\":[0,0]},"
        "\"s\":{\"k\":[100,100]},\"r\":{\"k\":0},"
        "\"o\":{\"k\":100}}]}]}]}";
    return ui_lottie(.src = square, .width = 160, .height = 160,
        .tooltip = "A square that turns");
}

DEMO(rive, "Rive",
    "An animation made with Rive, whose shapes hear presses. It "
    "rests "
    "where the user wants no motion.",
    CHOICE("fit", "contain", "cover", "fill", "none"),
    NUMBER("speed_multiplier", 1, 0, 4),
    NUMBER("width", 160, 40, 320))
{
    // A file in base64; most apps name one of theirs, as
    // "/square.riv".
    static const char square[] =
        "UklWRQcAAQAXAAEEBnNxdWFyZQcAAMhCCAAAyEIAAwUADQAAoEEOAABIQgAH"
        "BQEUAACgQRUAAKBBABQFAQASBQMlAAD//wAfNwVzbGlkZTg8OTw7AgAZMwEA"
        "GjUNAB5DAEQBRgAAoEEAHkM8RAFGAACgQgAfNwRsZWZ0ODw5ATsAABkzAQAa"
        "NQ0AHkMARAFGAACgQQAfNwVyaWdodDg8OQE7AAAZMwEAGjUNAB5DAEQBRgAA"
        "oEIANTcFdG91Y2gAO4oBB3ByZXNzZWQAOQA+AD8AQZcBAwBAAD2VAQEAQZcB"
        "BABHmwEAAD2VAQIAcuABAeEBAgB14wEA5AEBAA==";
    return ui_rive(square, .animations = UI_TEXTS("slide"),
        .width = 160, .height = 160,
        .tooltip = "A square that goes to and fro");
}
