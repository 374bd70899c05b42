// Needs: sqlite3

#include <stdio.h>
#include <stdlib.h>
#include <troupe/test.h>
#include <unistd.h>

extern const tr_app sqlite_app;

int main(void)
{
    char folder[] = "/tmp/notes-XXXXXX", file[64];
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(file, sizeof file, "%s/notes.db", folder);
    setenv("NOTES_DB", file, 1);

    tr_test_page *page = tr_test_open(&sqlite_app, NULL);
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_type(page, "It's \"quoted\"", .key = "new");
    tr_test_submit(page, .key = "new");
    tr_test_expect(other, .text = "It's \"quoted\"");
    tr_test_click(other, .text = "Delete It's \"quoted\"");
    tr_test_expect_none(page, .key = "note-1");
    tr_test_close(&other);
    tr_test_close(&page);

    for (int i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/notes.db%s", folder,
                 (const char *const[]){"", "-wal", "-shm"}[i]);
        remove(file);
    }
    rmdir(folder);
    return 0;
}
