// Files in an object store: the browser sends them there itself, and a handler reads what has arrived. With any
// store that speaks S3's protocol:
//
//     export S3_URL=https://store.example:9000/files S3_ACCESS_KEY=… S3_SECRET_KEY=…
//     build/bin/objects --upload-origins https://store.example:9000
//
// The store has to allow the page's origin to PUT (CORS).

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

#define KEY_BYTES 300

struct objects {
    char key[KEY_BYTES]; // of the last file
};
TR_LAYOUT(struct objects, key);

static tr_object_store store;

static void say(tr_event *ev, const char *text)
{
    ui_set_text(ev, "status", text);
}

TR_ASYNC(objects_pick)
{
    const ui_file_picker_file_data *const *files;
    char url[TR_OBJECT_URL_CAP_BYTES];
    struct objects *objects = tr_state(ev);
    if (ui_pick_files(ev, &files) < 0 || files[0] == NULL)
        return;
    // What a person calls a file may be anything; a real app would make a key of its own.
    snprintf(objects->key, sizeof objects->key, "in/%s", files[0]->name);
    int result = tr_object_url(url, &store, .key = objects->key, .method = "PUT",
                               .size = (uint64_t)files[0]->size);
    if (result < 0)
        say(ev, "This file cannot be stored.");
    else
        ui_upload(ev, .files = UI_VALUES(
                          ui_file_picker_upload_file(.upload_url = url, .id = (int)files[0]->id)));
}

static void show(tr_event *ev, const char *key)
{
    char url[TR_OBJECT_URL_CAP_BYTES];
    tr_http_response answer;
    if (tr_object_url(url, &store, .key = key) < 0 || tr_http_get(ev, url, &answer) < 0)
        say(ev, "The store cannot be reached.");
    else if (answer.status != 200)
        say(ev, ui_format("The store says %d.", answer.status));
    else
        say(ev, ui_format("%s has %zu bytes and begins with \"%.*s\".", strrchr(key, '/') + 1,
                          answer.size, (int)strcspn(answer.body, "\r\n"), answer.body));
}

// The browser tells how far it is, and what went wrong.
TR_ASYNC(objects_heard)
{
    const tr_ev_file_picker_upload *event = TR_EVENT(ev, file_picker_upload);
    const struct objects *objects = tr_state(ev);
    if (event == NULL)
        return;
    if (event->error != NULL)
        say(ev, event->error);
    else if (event->progress >= 1)
        show(ev, objects->key);
}

TR_ASYNC(objects_delete)
{
    char url[TR_OBJECT_URL_CAP_BYTES];
    tr_http_response answer;
    const struct objects *objects = tr_state(ev);
    if (tr_object_url(url, &store, .key = objects->key, .method = "DELETE") < 0)
        return;
    int result = tr_http(ev, &(tr_http_request){.url = url, .method = "DELETE"}, &answer);
    say(ev, result == 0 && answer.status < 300 ? "Nothing is stored." : "It is still there.");
}

TR_ASYNC(objects_look)
{
    const struct objects *objects = tr_state(ev);
    if (*objects->key != '\0')
        show(ev, objects->key);
}

static void build(tr_page *page)
{
    ui_set(page, NULL, ui_page_props(.title = "Objects"));
    ui_add(page,
           ui_column(.spacing = 16,
                     UI(ui_text("Nothing is stored.", .key = "status"),
                        ui_row(UI(ui_filled_button("Choose a file", .on_click = objects_pick),
                                  ui_outlined_button("Look", .on_click = objects_look),
                                  ui_outlined_button("Delete", .on_click = objects_delete))))));
    ui_add(page, ui_file_picker(.key = "picker", .on_upload = objects_heard));
}

const tr_app objects_app = {.name = "Objects", .build = build, TR_STATE(struct objects)};

int main(int argc, char **argv)
{
    store = (tr_object_store){.url = getenv("S3_URL"),
                              .region = getenv("S3_REGION"),
                              .access_key = getenv("S3_ACCESS_KEY"),
                              .secret_key = getenv("S3_SECRET_KEY")};
    return tr_run(argc, argv, &objects_app);
}
