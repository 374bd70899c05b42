// A page that asks a web server, and says what came of it.

#include <troupe/troupe.h>

TR_ASYNC(ask)
{
    char url[500];
    tr_http_response response;
    ui_get_text(ev, "url", "value", url, sizeof url);
    ui_set_text(ev, "status", "Asking …");
    if (tr_http_get(ev, url, &response) < 0) {
        ui_set_textf(ev, "status", "No answer: %s", response.error);
        return;
    }
    const char *type = tr_http_header(ev, &response, "Content-Type");
    ui_set_textf(ev, "status", "%d, %zu bytes of %s", response.status, response.size,
                 type != NULL ? type : "an unknown type");
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Address", .key = "url", .on_submit = ask));
    ui_add(page, ui_button("Ask", .key = "ask", .on_click = ask));
    ui_add(page, ui_text("", .key = "status"));
}

const tr_app http_app = {.name = "HTTP", .build = build};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &http_app);
}
