#ifndef TR_SDK_CATALOG_CATALOG_H
#define TR_SDK_CATALOG_CATALOG_H

// Flet's controls: kinds, property and event names as small numbers, and per control its properties
// with type, default and rules. Tables are generated from tools/catalog/catalog.json.
//
// Thread: any; constant data. Lends: everything returned is static.

#include <stdbool.h>
#include <stdint.h>

#include "sdk/catalog/value.h"
#include "troupe/slice.h"

typedef uint16_t tr_kind_id; // a control type; 0 = none
typedef uint16_t tr_prop_id; // a property or event name; 0 = none

// The types of value that a property takes; a set of these.
enum tr_type {
    TR_TYPE_BOOLEAN = 1 << 0,
    TR_TYPE_INTEGER = 1 << 1,
    TR_TYPE_NUMBER = 1 << 2, // integers too
    TR_TYPE_TEXT = 1 << 3,
    TR_TYPE_BYTES = 1 << 4,
    TR_TYPE_RAW = 1 << 5, // value types, lists, maps, dates
    TR_TYPE_NODE = 1 << 6,
    TR_TYPE_NODES = 1 << 7,
    TR_TYPE_EVENT = 1 << 8,
    TR_TYPE_ENUM = 1 << 9,    // text, one of `members`
    TR_TYPE_ICON = 1 << 10,   // text by name, kept as the icon's number
    TR_TYPE_COLOR = 1 << 11,  // text
    TR_TYPE_CERTAIN = 1 << 12 // of controls, certain types: tr_catalog_takes
};

enum tr_prop_rule {
    TR_RULE_ALWAYS = 1 << 0,      // part of every full encoding, with its default when not set
    TR_RULE_NEVER = 1 << 1,       // stays on the server
    TR_RULE_CLIENT_SETS = 1 << 2, // the browser changes it and is believed
    TR_RULE_STYLE = 1 << 3,       // travels inside `_internals.style` (buttons)
    TR_RULE_RENAMED = 1 << 4      // has another name on the wire: tr_catalog_wire_name
};

// One property of one control. Events are properties too: "on_click".
typedef struct tr_prop_info {
    tr_prop_id prop;
    uint16_t type;  // set of enum tr_type
    uint16_t deflt; // index for tr_catalog_default
    uint8_t rule;   // set of enum tr_prop_rule
    uint8_t enumeration;
} tr_prop_info;

enum tr_hint {
    TR_HINT_HOST_EXPANDED = 1 << 0,
    TR_HINT_HOST_POSITIONED = 1 << 1,
    TR_HINT_STYLED_BUTTON = 1 << 2,      // color, bgcolor, elevation, style -> _internals.style
    TR_HINT_STYLED_ICON_BUTTON = 1 << 3, // bgcolor, visual_density, mouse_cursor, style -> the same
    TR_HINT_SERVICE = 1 << 4,
    TR_HINT_DIALOG = 1 << 5,
    TR_HINT_DERIVED_TOOLTIP = 1 << 6, // chart points: tooltip -> _internals.tooltip
    TR_HINT_UID = 1 << 7,             // _internals.uid
    TR_HINT_SKIP_NOTIFIER = 1 << 8,   // _internals.skip_inherited_notifier
    TR_HINT_HAS_ALWAYS = 1 << 9,      // some property has TR_RULE_ALWAYS
    TR_HINT_DERIVED = 1 << 10 // some property has a value of its own making: sdk/tree/derive.h
};

typedef struct tr_kind_info {
    const char *name;             // how the C constructor spells it: "text_field"
    const char *wire;             // "TextField"
    const tr_prop_info *props;    // sorted by prop
    const char *const *internals; // `skip_properties`, NULL-terminated, or NULL
    uint16_t prop_count;
    uint16_t flags; // set of enum tr_hint
    // The property that ui_set_text sets (value, text, content, label, title …); 0 = none.
    tr_prop_id primary_text;
    tr_prop_id children; // main child list (`controls`); 0 = none
    tr_prop_id content;  // main single child; 0 = none
} tr_kind_info;

#include "sdk/catalog/generated/kinds.h" // enum { TR_CONTROL_TEXT = …, TR_PROP_VALUE = … }

// The kind's row; `kind` is valid.
const tr_kind_info *tr_catalog_kind(tr_kind_id kind);

// By the constructor's name ("text_field"), which is unique; 0 when unknown.
tr_kind_id tr_catalog_find_name(tr_slice name);

// By wire name; 0 when unknown. Several classes share a wire name; the first one in the catalog is
// found, which has every property of the others that matter on the wire.
tr_kind_id tr_catalog_find_kind(tr_slice wire);

// By name; 0 when no control has such a property. Events by their property name ("on_click").
tr_prop_id tr_catalog_find_prop(tr_slice name);

// The property of an event as the browser names it ("click"): "on_click"; 0 when that control has
// no such event.
tr_prop_id tr_catalog_find_event(tr_kind_id kind, tr_slice event);

tr_slice tr_catalog_prop_name(tr_prop_id prop);

// Its name in the browser: the same, but for the few properties that Flet's client reads under
// another name than Flet documents.
tr_slice tr_catalog_wire_name(tr_kind_id kind, const tr_prop_info *info);

// The way back, for names that come from the browser; 0 when that control has no such property.
tr_prop_id tr_catalog_find_wire_prop(tr_kind_id kind, tr_slice name);

// The property's row in a control; NULL when that control has no such property.
const tr_prop_info *tr_catalog_prop(tr_kind_id kind, tr_prop_id prop);

// Is a control of type `child` what that property of `kind` is for (a TextSpan among a Text's
// spans)? A component stands for whatever it renders.
bool tr_catalog_takes(tr_kind_id kind, const tr_prop_info *info, tr_kind_id child);

// The types it is for, 0 at the end; NULL: any.
const tr_kind_id *tr_catalog_taken(tr_kind_id kind, const tr_prop_info *info);

// The browser's value when the property is absent; nil when that is "nothing". May be raw.
tr_value tr_catalog_default(const tr_prop_info *info);

// Is the text a wire name of the property's enumeration? True when it has none.
bool tr_catalog_has_member(const tr_prop_info *info, tr_slice text);

// The icon's number by lower-case name ("add_outlined"; Cupertino ones as "cupertino:add"); -1 when
// unknown.
int32_t tr_catalog_find_icon(tr_slice name);

// Checks the value against the property's type and brings it into the form that is kept (an icon's
// name becomes its number, a whole number for a number stays as it is). 0, TR_EWRONGTYPE, or
// TR_EINVALID (not a member of the enumeration, not UTF-8, NaN). An unknown icon becomes nil and a
// warning in the log.
int tr_catalog_check(const tr_prop_info *info, tr_value *value) __attribute__((warn_unused_result));

#endif
