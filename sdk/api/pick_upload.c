// tr_pick_upload (troupe/pages/upload.h): the browser's picker, a URL for each file, and the sending.

#include "sdk/catalog/misuse.h"
#include "troupe/controls/methods.h"
#include "troupe/err.h"
#include "troupe/pages/upload.h"

enum { FILES = 32 };

// What is to be sent: a list as ui_upload takes it, and what it leads to.
typedef struct parcel {
    const void *list[FILES + 1];
    ui_file_picker_upload_file_value files[FILES];
} parcel;

// How many of the files have a URL now.
static int give_urls(tr_event *ev, const ui_file_picker_file_data *const *files,
                     const tr_upload_choice *choice, parcel *out)
{
    int count = 0;
    for (; files[count] != NULL && count < FILES; count++) {
        char url[TR_UPLOAD_URL_CAP_BYTES];
        int result =
            tr_upload_url(ev, url, .file_name = files[count]->name, .size_max = choice->size_max,
                          .tag = choice->tag, .on_upload = choice->on_upload);
        if (result < 0)
            return result;
        out->files[count] = *ui_file_picker_upload_file(.upload_url = ui_format("%s", url),
                                                        .id = (int)files[count]->id);
        out->list[count] = &out->files[count];
    }
    out->list[count] = NULL;
    return count;
}

int(tr_pick_upload)(tr_event *ev, const tr_upload_choice *choice)
{
    TR_GIVEN(ev != NULL && choice != NULL && choice->on_upload != NULL);
    const ui_file_picker_file_data *const *files = NULL;
    parcel wanted;
    int result =
        ui_pick_files(ev, &files, .allowed_extensions = choice->extensions,
                      .file_type = choice->extensions != NULL ? UI_FILE_PICKER_FILE_TYPE_CUSTOM
                                                              : UI_FILE_PICKER_FILE_TYPE_ANY,
                      .allow_multiple = choice->several);
    if (result < 0 || files == NULL || files[0] == NULL)
        return result;
    int count = give_urls(ev, files, choice, &wanted);
    result = count > 0 ? ui_upload(ev, .files = wanted.list) : count;
    return result < 0 ? result : count;
}
