#include "sdk/tree/html.h"

#include <string.h>

#include "sdk/tree/children.h"
#include "sdk/tree/html_address.h"
#include "sdk/tree/html_writer.h"
#include "wire/reader.h"

// An address is written whole, whatever the room.
enum { LINK_CAP_BYTES = 4096 };

static void write_node(tr_html_writer *self, const tr_node *node);

// -- what a control says --

static tr_slice text_of(const tr_node *node, tr_prop_id prop)
{
    tr_value value = tr_node_value(node, prop);
    return value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
}

static bool is_set(const tr_node *node, tr_prop_id prop)
{
    tr_value value = tr_node_value(node, prop);
    return value.kind == TR_VALUE_BOOLEAN && value.boolean;
}

// A text, or a map that has it under `name`.
static tr_slice text_in(const tr_node *node, tr_prop_id prop, const char *name)
{
    tr_value value = tr_node_value(node, prop);
    if (value.kind != TR_VALUE_RAW)
        return text_of(node, prop);
    tr_reader in = tr_reader_find(value.slice, name);
    tr_value part = tr_value_read(&in);
    return part.kind == TR_VALUE_TEXT ? part.slice : (tr_slice){0};
}

static void write_list(tr_html_writer *self, const tr_node_list *list)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++)
        write_node(self, list->at[i]);
}

// A text, a control or several.
static void write_part(tr_html_writer *self, const tr_node *node, tr_prop_id prop)
{
    const tr_prop *entry = tr_node_prop(node, prop);
    if (entry != NULL && entry->kind == TR_VALUE_NODE)
        write_node(self, entry->node);
    else if (entry != NULL && entry->kind == TR_VALUE_NODES)
        write_list(self, entry->list);
    else
        tr_html_paragraph(self, text_of(node, prop));
}

// -- any control: its parts in the order in which they are read --

static const tr_prop_id in_order[] = {TR_PROP_APPBAR,   TR_PROP_LEADING, TR_PROP_TITLE,
                                      TR_PROP_HEADER,   TR_PROP_LABEL,   TR_PROP_TEXT,
                                      TR_PROP_SUBTITLE, TR_PROP_CONTENT, TR_PROP_CONTROLS};
// Not seen until somebody does something, or when something fails.
static const tr_prop_id unseen[] = {TR_PROP_DRAWER,
                                    TR_PROP_END_DRAWER,
                                    TR_PROP_ITEMS,
                                    TR_PROP_BADGE,
                                    TR_PROP_ERROR_CONTENT,
                                    TR_PROP_IMAGE_ERROR_CONTENT,
                                    TR_PROP_CONTENT_FEEDBACK,
                                    TR_PROP_CONTENT_WHEN_DRAGGING};

#define HAS(list, prop) has(list, sizeof(list) / sizeof *(list), prop)

static bool has(const tr_prop_id *list, size_t count, tr_prop_id prop)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == prop)
            return true;
    return false;
}

static void write_rest(tr_html_writer *self, const tr_node *node)
{
    uint32_t count;
    const tr_prop *entries = tr_node_props(node, &count);
    for (uint32_t i = 0; i < count; i++) {
        bool has_controls = entries[i].kind == TR_VALUE_NODE || entries[i].kind == TR_VALUE_NODES;
        if (has_controls && !HAS(in_order, entries[i].id) && !HAS(unseen, entries[i].id))
            write_part(self, node, entries[i].id);
    }
}

static void write_parts(tr_html_writer *self, const tr_node *node)
{
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++)
        write_part(self, node, in_order[i]);
    write_rest(self, node);
}

// As a paragraph, where one may be.
static void write_alone(tr_html_writer *self, bool is_prose,
                        void (*write)(tr_html_writer *, const tr_node *), const tr_node *node)
{
    if (self->is_inline) {
        write(self, node);
        return;
    }
    tr_html_element element = tr_html_open(self, "<p>", true);
    self->is_prose = is_prose;
    write(self, node);
    tr_html_close(self, &element, "</p>");
}

// -- texts --

static void write_heading(tr_html_writer *self, unsigned level,
                          void (*write)(tr_html_writer *, const tr_node *), const tr_node *node)
{
    char begin[] = "<h1>";
    char end[] = "</h1>";
    if (self->is_inline) {
        write(self, node);
        return;
    }
    begin[2] = end[3] = (char)('0' + level);
    tr_html_element element = tr_html_open(self, begin, true);
    write(self, node);
    tr_html_close(self, &element, end);
}

// As the client has it (client/src/controls/text.ts).
static unsigned level_of(tr_slice style)
{
    static const struct {
        const char *style;
        unsigned level;
    } levels[] = {{"displayLarge", 1},  {"displayMedium", 1},  {"displaySmall", 1},
                  {"headlineLarge", 1}, {"headlineMedium", 2}, {"headlineSmall", 2},
                  {"titleLarge", 3}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (tr_slice_is(style, levels[i].style))
            return levels[i].level;
    return 0;
}

static void write_words(tr_html_writer *self, const tr_node *node)
{
    bool is_outer = tr_html_begin_run(self);
    tr_html_text(self, text_of(node, node->kind == TR_CONTROL_TEXT ? TR_PROP_VALUE : TR_PROP_TEXT));
    write_list(self, tr_node_children(node, TR_PROP_SPANS));
    tr_html_end_run(self, is_outer);
}

static void write_text(tr_html_writer *self, const tr_node *node)
{
    unsigned level = level_of(text_of(node, TR_PROP_THEME_STYLE));
    if (level != 0)
        write_heading(self, level, write_words, node);
    else
        write_alone(self, true, write_words, node);
}

static void write_title(tr_html_writer *self, const tr_node *node)
{
    write_part(self, node, TR_PROP_TITLE);
}

static void write_app_bar(tr_html_writer *self, const tr_node *node)
{
    write_heading(self, 1, write_title, node);
    write_part(self, node, TR_PROP_LEADING);
    write_rest(self, node);
}

static void write_semantics(tr_html_writer *self, const tr_node *node)
{
    tr_value level = tr_node_value(node, TR_PROP_HEADING_LEVEL);
    bool is_heading = is_set(node, TR_PROP_HEADER) || level.kind == TR_VALUE_INTEGER;
    unsigned number = level.kind == TR_VALUE_INTEGER && level.integer >= 1 && level.integer <= 6
                          ? (unsigned)level.integer
                          : 2;
    if (is_heading)
        write_heading(self, number, write_parts, node);
    else
        write_parts(self, node);
}

// -- fields --

static tr_slice option_of(const tr_node *node, tr_slice key)
{
    const tr_node_list *options = tr_node_children(node, TR_PROP_OPTIONS);
    for (uint32_t i = 0; options != NULL && i < options->count; i++)
        if (tr_slice_equal(text_of(options->at[i], TR_PROP_KEY), key) &&
            text_of(options->at[i], TR_PROP_TEXT).size != 0)
            return text_of(options->at[i], TR_PROP_TEXT);
    return key;
}

static tr_slice value_of(const tr_node *node)
{
    tr_slice value = text_of(node, TR_PROP_VALUE);
    if (is_set(node, TR_PROP_PASSWORD))
        return (tr_slice){0};
    return value.size != 0 ? option_of(node, value) : text_of(node, TR_PROP_HINT_TEXT);
}

static void write_field(tr_html_writer *self, const tr_node *node)
{
    tr_slice value = value_of(node);
    size_t before = self->out->size;
    write_part(self, node, TR_PROP_LABEL);
    if (self->out->size != before && value.size != 0)
        tr_buf_append(self->out, ":", 1);
    tr_html_text(self, value);
}

// -- lists and tables --

static void write_items(tr_html_writer *self, const tr_node *node)
{
    const tr_node_list *items = tr_node_children(node, TR_PROP_CONTROLS);
    if (self->is_inline || items == NULL) {
        write_parts(self, node);
        return;
    }
    tr_html_element list = tr_html_open(self, "<ul>", false);
    for (uint32_t i = 0; i < items->count && !tr_html_is_full(self); i++) {
        tr_html_element item = tr_html_open(self, "<li>", false);
        write_node(self, items->at[i]);
        tr_html_close(self, &item, "</li>");
    }
    tr_html_close(self, &list, "</ul>");
}

// Empty ones stay, so that the others are in their columns.
static void write_cells(tr_html_writer *self, const tr_node_list *cells, const char *begin,
                        const char *end)
{
    tr_html_element row = tr_html_open(self, "<tr>", false);
    for (uint32_t i = 0; cells != NULL && i < cells->count && !tr_html_is_full(self); i++) {
        tr_buf_append(self->out, begin, strlen(begin));
        tr_html_element cell = tr_html_open(self, "", true);
        write_node(self, cells->at[i]);
        tr_html_close(self, &cell, "");
        tr_buf_append(self->out, end, strlen(end));
    }
    tr_html_close(self, &row, "</tr>");
}

static void write_table(tr_html_writer *self, const tr_node *node)
{
    const tr_node_list *rows = tr_node_children(node, TR_PROP_ROWS);
    if (self->is_inline) {
        write_rest(self, node);
        return;
    }
    tr_html_element table = tr_html_open(self, "<table>", false);
    write_cells(self, tr_node_children(node, TR_PROP_COLUMNS), "<th>", "</th>");
    for (uint32_t i = 0; rows != NULL && i < rows->count && !tr_html_is_full(self); i++)
        write_cells(self, tr_node_children(rows->at[i], TR_PROP_CELLS), "<td>", "</td>");
    tr_html_close(self, &table, "</table>");
}

// -- what is pressed --

// What it says, or what is said of it.
static void write_face(tr_html_writer *self, const tr_node *node)
{
    write_parts(self, node);
    if (self->out->size == self->start)
        tr_html_text(self, text_in(node, TR_PROP_TOOLTIP, "message"));
}

static void write_button(tr_html_writer *self, const tr_node *node)
{
    if (self->is_action) {
        write_face(self, node);
        return;
    }
    tr_html_element element = tr_html_open(self, "<button disabled>", true);
    self->is_action = true;
    write_face(self, node);
    tr_html_close(self, &element, "</button>");
}

static void write_kind(tr_html_writer *self, const tr_node *node);

static tr_slice address_of(const tr_node *node)
{
    return text_in(node, TR_PROP_URL, "url");
}

static void write_link(tr_html_writer *self, const tr_node *node)
{
    tr_html_element link = tr_html_open_link(self, address_of(node));
    write_kind(self, node);
    tr_html_close(self, &link, "</a>");
}

// -- kinds --

static bool ends_with(const char *name, const char *end)
{
    size_t size = strlen(name);
    size_t part = strlen(end);
    return size >= part && strcmp(name + size - part, end) == 0;
}

static bool is_button(tr_kind_id kind)
{
    return kind != TR_CONTROL_SEGMENTED_BUTTON && kind != TR_CONTROL_CUPERTINO_SEGMENTED_BUTTON &&
           kind != TR_CONTROL_CUPERTINO_SLIDING_SEGMENTED_BUTTON &&
           ends_with(tr_catalog_kind(kind)->name, "button");
}

// Drawings, and labels that are only there while something is dragged.
static bool is_wordless(tr_kind_id kind)
{
    return kind == TR_CONTROL_CANVAS || kind == TR_CONTROL_SLIDER ||
           kind == TR_CONTROL_RANGE_SLIDER || kind == TR_CONTROL_MAP ||
           ends_with(tr_catalog_kind(kind)->name, "_chart");
}

static void write_kind(tr_html_writer *self, const tr_node *node)
{
    switch (node->kind) {
    case TR_CONTROL_TEXT:
        write_text(self, node);
        return;
    case TR_CONTROL_TEXT_SPAN:
        write_words(self, node);
        return;
    case TR_CONTROL_MARKDOWN:
        tr_html_markdown(self, text_of(node, TR_PROP_VALUE));
        return;
    case TR_CONTROL_IMAGE:
        tr_html_picture(self, text_of(node, TR_PROP_SRC), text_of(node, TR_PROP_SEMANTICS_LABEL));
        return;
    case TR_CONTROL_ICON:
        tr_html_paragraph(self, text_of(node, TR_PROP_SEMANTICS_LABEL));
        return;
    case TR_CONTROL_APP_BAR:
    case TR_CONTROL_CUPERTINO_APP_BAR:
        write_app_bar(self, node);
        return;
    case TR_CONTROL_SEMANTICS:
        write_semantics(self, node);
        return;
    case TR_CONTROL_TEXT_FIELD:
    case TR_CONTROL_CUPERTINO_TEXT_FIELD:
    case TR_CONTROL_DROPDOWN:
    case TR_CONTROL_DROPDOWN_M2:
        write_alone(self, false, write_field, node);
        return;
    case TR_CONTROL_LIST_VIEW:
    case TR_CONTROL_REORDERABLE_LIST_VIEW:
    case TR_CONTROL_GRID_VIEW:
        write_items(self, node);
        return;
    case TR_CONTROL_DATA_TABLE:
    case TR_CONTROL_DATA_TABLE2:
        write_table(self, node);
        return;
    default:
        if (is_button(node->kind))
            write_button(self, node);
        else if (!is_wordless(node->kind))
            write_parts(self, node);
    }
}

static bool is_seen(const tr_node *node)
{
    tr_value visible = tr_node_value(node, TR_PROP_VISIBLE);
    unsigned flags = tr_catalog_kind(node->kind)->flags;
    return (visible.kind != TR_VALUE_BOOLEAN || visible.boolean) &&
           (flags & (TR_HINT_SERVICE | TR_HINT_DIALOG)) == 0;
}

static void write_node(tr_html_writer *self, const tr_node *node)
{
    if (tr_html_is_full(self) || !is_seen(node))
        return;
    tr_slice address = address_of(node);
    if (!self->is_action && address.size <= LINK_CAP_BYTES && tr_html_is_link(address))
        write_alone(self, false, write_link, node);
    else
        write_kind(self, node);
}

void tr_html_write(const tr_node *view, size_t cap, tr_buf *out, tr_buf *summary)
{
    tr_html_writer self = {.out = out, .summary = summary, .cap = out->size + cap};
    self.start = out->size;
    write_node(&self, view);
}
