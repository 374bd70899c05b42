#include "sdk/catalog/explain.h"

#include <stdio.h>

#include "sdk/catalog/misuse.h"
#include "sdk/catalog/tables.h"
#include "troupe/err.h"
#include "wire/limits.h"

static tr_slice name_of(tr_prop_id prop)
{
    return prop > 0 && prop < TR_PROP_COUNT ? tr_catalog_prop_name(prop) : (tr_slice){0};
}

static const char *wire_of(tr_subject subject)
{
    return tr_catalog_kind(subject.kind)->wire;
}

int tr_explain(tr_subject subject, tr_prop_id prop, int code, const char *text)
{
    return tr_misuse_report(&(tr_misuse){.code = code,
                                         .control = wire_of(subject),
                                         .key = subject.key,
                                         .property = name_of(prop),
                                         .text = text});
}

static void offer_properties(const void *arg, tr_near *near)
{
    const tr_kind_info *kind = tr_catalog_kind(*(const tr_kind_id *)arg);
    for (unsigned i = 0; i < kind->prop_count; i++)
        tr_near_offer(near, tr_catalog_prop_name(kind->props[i].prop));
}

int tr_explain_name(tr_subject subject, tr_slice name)
{
    char text[120];
    snprintf(text, sizeof text, "%s has no such property", wire_of(subject));
    return tr_misuse_report(&(tr_misuse){.code = TR_ENOTFOUND,
                                         .control = wire_of(subject),
                                         .key = subject.key,
                                         .property = name,
                                         .text = text,
                                         .offer = offer_properties,
                                         .arg = &subject.kind,
                                         .wanted = name});
}

// The values that a property of that type takes, in the author's words.
static void print_types(unsigned type, char *out, size_t size)
{
    static const struct {
        unsigned type;
        const char *words;
    } all[] = {{TR_TYPE_BOOLEAN, "true or false"}, {TR_TYPE_INTEGER, "a whole number"},
               {TR_TYPE_NUMBER, "a number"},       {TR_TYPE_TEXT | TR_TYPE_COLOR, "a text"},
               {TR_TYPE_ENUM, "one of its names"}, {TR_TYPE_ICON, "an icon's name"},
               {TR_TYPE_BYTES, "bytes"},           {TR_TYPE_RAW, "a value or a list"},
               {TR_TYPE_NODE, "a control"},        {TR_TYPE_NODES, "a list of controls"},
               {TR_TYPE_EVENT, "a handler"}};
    size_t at = (size_t)snprintf(out, size, "it takes ");
    const char *between = "";
    for (unsigned i = 0; i < sizeof all / sizeof *all && at < size; i++) {
        if ((type & all[i].type) == 0)
            continue;
        at += (size_t)snprintf(out + at, size - at, "%s%s", between, all[i].words);
        between = ", ";
    }
}

static void print_members(const tr_prop_info *info, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "it takes ");
    const char *const *names = tr_generated_enums[info->enumeration];
    for (unsigned i = 0; names[i] != NULL && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i == 0 ? "" : ", ", names[i]);
}

int tr_explain_value(tr_subject subject, tr_prop_id prop, int code)
{
    const tr_prop_info *info = prop != 0 ? tr_catalog_prop(subject.kind, prop) : NULL;
    char text[190];
    if (info == NULL)
        return tr_explain_name(subject, name_of(prop));
    if (code == TR_EWRONGTYPE)
        print_types(info->type, text, sizeof text);
    else if (code == TR_EINVALID && (info->type & TR_TYPE_ENUM) != 0)
        print_members(info, text, sizeof text);
    else if (code == TR_EINVALID)
        snprintf(text, sizeof text, "a text must be UTF-8, and a number is not NaN");
    else if (code == TR_ETOOBIG)
        snprintf(text, sizeof text, "more than %u bytes",
                 (info->type & TR_TYPE_EVENT) != 0 ? TR_CALL_PAYLOAD_CAP_BYTES : TR_TEXT_CAP_BYTES);
    else
        snprintf(text, sizeof text, "%s", tr_err_text(code));
    return tr_explain(subject, prop, code, text);
}

static void print_no_slot(tr_subject subject, const tr_prop_info *info, char *out, size_t size)
{
    const tr_kind_info *kind = tr_catalog_kind(subject.kind);
    unsigned takes = info != NULL ? info->type & (TR_TYPE_NODE | TR_TYPE_NODES) : 0;
    if (takes == TR_TYPE_NODE)
        snprintf(out, size, "it takes one control: ui_put");
    else if (takes == TR_TYPE_NODES)
        snprintf(out, size, "it takes a list of controls: ui_add_to, ui_set_list");
    else if (kind->children == 0 && kind->content == 0)
        snprintf(out, size, "%s takes no controls inside", kind->wire);
    else
        snprintf(out, size, "no controls belong there; %s takes them as \"%s\"", kind->wire,
                 name_of(kind->children != 0 ? kind->children : kind->content).data);
}

int tr_explain_child(tr_subject subject, tr_prop_id prop, int code)
{
    char text[190];
    if (code == TR_ENOTFOUND)
        print_no_slot(subject, prop != 0 ? tr_catalog_prop(subject.kind, prop) : NULL, text,
                      sizeof text);
    else if (code == TR_EEXISTS)
        return tr_explain(subject, prop, code,
                          "a control that was added before: it can be in one place");
    else if (code == TR_EINVALID)
        snprintf(text, sizeof text,
                 "a control cannot be inside itself, nor in one that was removed");
    else if (code == TR_ETOOBIG)
        snprintf(text, sizeof text, "more than %u controls on a page, or %u below each other",
                 TR_CONTROLS_PER_PAGE_CAP, TR_CONTROL_DEPTH_CAP);
    else
        snprintf(text, sizeof text, "%s", tr_err_text(code));
    return tr_explain(subject, prop, code, text);
}

void tr_explain_kind(tr_subject subject, tr_prop_id prop, tr_kind_id child)
{
    const tr_prop_info *info = tr_catalog_prop(subject.kind, prop);
    if (info == NULL || tr_catalog_takes(subject.kind, info, child))
        return;
    char text[190];
    size_t at = (size_t)snprintf(text, sizeof text, "ui_%s is not what belongs there: it takes",
                                 tr_catalog_kind(child)->name);
    const tr_kind_id *taken = tr_catalog_taken(subject.kind, info);
    for (const char *comma = ""; *taken != 0 && at < sizeof text; taken++, comma = ",")
        at += (size_t)snprintf(text + at, sizeof text - at, "%s ui_%s", comma,
                               tr_catalog_kind(*taken)->name);
    tr_slice name = tr_catalog_prop_name(prop);
    tr_slice key = subject.key;
    char shown[160] = "";
    if (key.size != 0)
        snprintf(shown, sizeof shown, " key=%s", tr_log_quote(key.data, key.size));
    tr_misuse_say("unusual_child", "control=%s%s property=%.*s text=%s", wire_of(subject), shown,
                  (int)name.size, name.data, tr_log_quote(text, (unsigned)strlen(text)));
}

int tr_explain_other_kind(tr_subject subject, tr_kind_id given)
{
    char text[120];
    snprintf(text, sizeof text,
             "it is a %s: properties of a %s do not fit (ui_%s_props, or ui_props)",
             wire_of(subject), tr_catalog_kind(given)->wire, tr_catalog_kind(subject.kind)->name);
    return tr_explain(subject, 0, TR_EWRONGTYPE, text);
}

int tr_explain_taken(void)
{
    return tr_misuse_report(&(tr_misuse){
        .code = TR_EEXISTS,
        .text = "a control that was added before, was removed, or is another handler's: each is "
                "added once, by the handler that made it"});
}
