// Reads the catalog and derives what the generated files need: kinds in a fixed order, names as
// numbers, hints, and the arguments of constructors.

import { readFileSync } from 'node:fs';
import { BIT, argumentFields, enumOf, fieldName, snake, typeBits, slotClasses } from './types.mjs';
import { encode } from './msgpack.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
export const catalog = read('catalog.json');
export const icons = read('icons.json');

// Not something an app builds: they exist once per page, or need Python.
const NOT_BUILT = new Set(('Component BasePage Dialogs Overlay Page Window ServiceRegistry MultiView MatplotlibChart ' +
    'MatplotlibChartWithToolbar PlotlyChart').split(' '));
// The packages of troupe/controls/controls.h; each of the others has a header of its own.
const CORE = new Set(['flet', 'flet-charts']);

// Properties that a constructor takes without a name, where the catalog's order does not say it.
const POSITIONAL = { Icon: ['icon'], IconButton: ['icon'], FilledIconButton: ['icon'], FilledTonalIconButton: ['icon'],
    OutlinedIconButton: ['icon'], FloatingActionButton: ['content'], DropdownOption: ['key', 'text'], Checkbox: ['label'], Radio: ['label'],
    Switch: ['label'], ListTile: ['title'], ExpansionTile: ['title'], AlertDialog: ['title'], CupertinoAlertDialog: ['title'],
    TextField: ['label'], Chip: ['label'], Tab: ['label'], NavigationBarDestination: ['label', 'icon'],
    NavigationRailDestination: ['label', 'icon'], NavigationDrawerDestination: ['label', 'icon'], TextSpan: ['text'], AppBar: ['title'],
    DataColumn: ['label'], DataCell: ['content'], View: ['route'], ProgressBar: ['value'], ProgressRing: ['value'], Slider: ['value'] };
const BASES = new Set(['BaseControl', 'Control', 'LayoutControl', 'AdaptiveControl', 'ScrollableControl', 'DialogControl', 'Service']);
const CHILDREN = ('controls options items destinations tabs segments rods points spots sections data_series groups data_sets ' +
    'entries stack_items labels shapes rows cells columns spans actions views').split(' ');
const TEXTS = ['value', 'text', 'content', 'label', 'title', 'message'];
const PAGE_SETS = ['route', 'width', 'height', 'media', 'platform_brightness'];

function cName(control) {
    if (control.package === 'flet-spinkit') return snake(control.wire);
    if (control.category === 'canvas' && control.name !== 'Canvas') return 'canvas_' + snake(control.name);
    return snake(control.name);
}

export const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export const controls = Object.values(catalog.packages).flatMap((pack) => pack.controls)
    .map((control) => ({ ...control, c: cName(control) })).sort((a, b) => byText(a.c, b.c));
controls.forEach((control, at) => { control.id = at + 1; });

// Properties that Troupe adds to Flet's controls: Flet's own client does not know of them, and leaves them alone.
for (const [name, added] of Object.entries(read('extensions.json'))) {
    const control = controls.find((candidate) => candidate.name === name);
    control.properties.push(...added.properties);
    control.events.push(...added.events);
}

// Properties that the browser reports although the catalog does not list them: kept, never sent.
for (const control of controls) {
    const sets = new Set([...(control.client_sets ?? []), ...(control.name === 'Page' ? PAGE_SETS : []),
        ...(control.name === 'ExpansionPanel' ? ['expanded'] : [])]);
    for (const name of sets)
        if (name.startsWith('_') && !control.properties.some((property) => property.name === name))
            control.properties.push({ name, type: 'bool|int|number|string', default: null, sent: 'never', by: control.name });
    control.sets = sets;
}

const names = new Set();
for (const control of controls) {
    for (const property of control.properties) names.add(property.name);
    for (const event of control.events) names.add(event.prop);
}
export const props = [...names].sort(byText);
export const propId = new Map(props.map((name, at) => [name, at + 1]));
export const enumNames = Object.keys(catalog.enums).sort(byText);
export const enumId = new Map(enumNames.map((name, at) => [name, at + 1]));

// Defaults, each once; index 0 is nil.
export const defaults = [null];
const defaultIds = new Map([['null', 0]]);
export function defaultId(value) {
    const text = JSON.stringify(value ?? null);
    if (/"\$(control|py|ext)"/.test(text)) return 0;
    if (!defaultIds.has(text)) {
        defaultIds.set(text, defaults.length);
        defaults.push(value);
    }
    return defaultIds.get(text);
}

const RULE = { ALWAYS: 1, NEVER: 2, CLIENT_SETS: 4, STYLE: 8, RENAMED: 16 };

// Flet's client reads some properties under another name than its own server sends: that name is the
// one on the wire. "on_click (event click)" -> "on_click"; a property that is never read keeps its name.
export const wireName = (control, name) => control.client_reads_other_name?.[name]?.split(' ')[0] ?? name;

// Where the catalog's type does not say what the wire allows: keys are looked up as texts but may be
// maps, and a component's body is a control or a list of them.
const wireType = (property) => (property.name === 'key' ? 'string|number|bool|any' : property.name === '_b' ? 'control|control-list' : property.type);
const styleInputs = (control) => {
    const text = control.server_derives?.['_internals.style'] ?? '';
    if (text.includes('elevation')) return ['color', 'bgcolor', 'elevation', 'style'];
    return text ? ['bgcolor', 'visual_density', 'mouse_cursor', 'style'] : [];
};

// The controls that a slot of certain classes takes: those, and what is derived from them.
function taken(property) {
    const classes = slotClasses(wireType(property));
    return controls.filter((other) => classes.some((name) => other.name === name || other.bases.includes(name)));
}

function propRow(control, property) {
    let rule = 0;
    if ((property.sent === 'always' || property.sent === 'always-unless-root-default') && defaultId(property.default) !== 0) rule |= RULE.ALWAYS;
    if (property.sent === 'never' || property.name === '_internals') rule |= RULE.NEVER;
    if (styleInputs(control).includes(property.name)) rule |= RULE.STYLE | RULE.NEVER;
    if (control.sets.has(property.name)) rule |= RULE.CLIENT_SETS;
    if (wireName(control, property.name) !== property.name) rule |= RULE.RENAMED;
    const type = typeBits(wireType(property), catalog.enums);
    const absent = 'root_default' in property ? property.root_default : property.default;
    const sent = rule & RULE.ALWAYS ? property.default : absent;
    const name = enumOf(property.type);
    const takes = type & (BIT.NODE | BIT.NODES) ? taken(property) : [];
    return { name: property.name, id: propId.get(property.name), takes, type: type | (takes.length ? BIT.CERTAIN : 0), deflt: type & BIT.NODES && Array.isArray(sent) ? 0 : defaultId(sent), rule,
        enumeration: type & BIT.ENUM && name ? enumId.get(name) : 0 };
}

export function rows(control) {
    const result = control.properties.map((property) => propRow(control, property));
    const has = new Set(result.map((row) => row.name));
    for (const event of control.events)
        if (!has.has(event.prop))
            result.push({ name: event.prop, id: propId.get(event.prop), type: BIT.EVENT, deflt: 0,
                rule: wireName(control, event.prop) !== event.prop ? RULE.RENAMED : 0, enumeration: 0 });
    return result.sort((a, b) => a.id - b.id);
}

const HINT = { host_expanded: 1, host_positioned: 2 };
export function hints(control) {
    let flags = 0;
    for (const [key, bit] of Object.entries(HINT)) if (control.internals?.[key] === true) flags |= bit;
    const style = styleInputs(control);
    if (style.includes('elevation')) flags |= 4;
    else if (style.length) flags |= 8;
    if (control.category === 'service') flags |= 16;
    if (control.bases.includes('DialogControl')) flags |= 32;
    if (control.internals?.tooltip === 'computed') flags |= 64;
    if (control.internals?.uid === 'computed') flags |= 128;
    if (control.internals?.skip_inherited_notifier) flags |= 256;
    if (rows(control).some((row) => row.rule & RULE.ALWAYS)) flags |= 512;
    const derived = Object.keys(control.server_derives ?? {}).some((name) => !name.startsWith('_internals'));
    if (derived || control.bases.includes('DialogControl') ||
        control.events.some((event) => event.name === 'data_channel_open')) flags |= 1024;
    return flags;
}

export function primary(control) {
    const all = rows(control);
    const find = (list, bit) => list.find((name) => all.some((row) => row.name === name && row.type & bit)) ?? '';
    return { text: find(TEXTS, BIT.TEXT), children: find(CHILDREN, BIT.NODES), content: find(['content', 'child'], BIT.NODE) };
}

// -- constructors --

// Value families: a class and its subclasses share one struct, so that a pointer to any of them fits.
const values = catalog.values;
// A class within another ("Path.Arc") names its base without that.
const root = (name) => {
    const within = name.includes('.') ? name.replace(/[^.]*$/, '') : '';
    const base = values[name]?.bases.map((candidate) => (values[candidate] ? candidate : within + candidate)).find((candidate) => values[candidate]);
    return base ? root(base) : name;
};
export const usedEnums = new Set();
export const families = new Map(); // root -> [class …]
const BUILT_IN = new Set(['Matrix4', 'ValueKey', 'ScrollKey', 'Key', '_ComponentState']);
export const missing = [];
export const context = {
    enums: catalog.enums,
    useEnum: (name) => usedEnums.add(name),
    useValue(name) {
        if (!values[name] || BUILT_IN.has(name)) return null;
        const top = root(name);
        if (!families.has(top)) {
            families.set(top, Object.keys(values).filter((other) => root(other) === top).sort(byText));
        }
        return `ui_${snake(top)}_value`;
    },
};

const SIDES = { Padding: ['all', 'horizontal', 'vertical'], Margin: ['all', 'horizontal', 'vertical'], BorderRadius: ['all'] };
const FALLBACK = { left: 1, right: 1, top: 2, bottom: 2, top_left: 3, top_right: 3, bottom_left: 3, bottom_right: 3 };

function valueFields(name) {
    const item = values[name];
    const result = (SIDES[name] ?? []).map((side, at) =>
        ({ name: side, prop: side, ctype: 'double ', arg: 'SIDES', extra: at, unset: 'NAN', deflt: 0 }));
    for (const entry of item.fields) {
        if (entry.name.startsWith('_') || entry.init === false) continue;
        const made = argumentFields(entry.name, entry.type, context);
        for (const part of made.missing) missing.push(`${name}.${entry.name}: ${part}`);
        made.fields.forEach((field, at) => {
            const sides = name in SIDES ? FALLBACK[entry.name] ?? 0 : 0;
            const zero = !sides && entry.required && field.arg === 'NUMBER' && made.fields.length === 1 ? 4 : 0;
            const sent = at === made.fields.length - 1 && entry.sent === 'always' ? defaultId(entry.default) : 0;
            result.push({ ...field, extra: sides || zero, deflt: sent });
        });
    }
    return result;
}

// Value structs and enumerations are offered by the first header that needs them.
const offeredValues = new Set();
const offeredEnums = new Set();
let nextValue = 16; // the first ones are written by hand (include/troupe/controls/controls.h)

export function newEnums() {
    const fresh = [...usedEnums].filter((name) => !offeredEnums.has(name)).sort(byText);
    fresh.forEach((name) => offeredEnums.add(name));
    return fresh;
}

// A page has no constructor; what it is set to (ui_set_value) has to be offered all the same.
export function usePageValues(pack) {
    const page = pack.controls.find((control) => control.name === 'Page');
    for (const { type, name } of page?.properties ?? [])
        if (!page.sets.has(name))
            for (const [, value] of type.matchAll(/value:(\w+)/g)) context.useValue(value);
}

// Events of Flet's page that Troupe has no cause for: no constructor offers them, and set by name they are said in the log
// (sdk/session/change_apply.c).
const NEVER_COME = new Set(['login', 'logout', 'views_pop_until', 'multi_view_add', 'multi_view_remove']);

// A page is not built but has properties to set: those of its own that neither the browser nor Troupe sets.
const PAGE_OWN = new Set(('views multi_views multi_view window route web pwa debug wasm test pyodide client_ip client_user_agent ' +
    'platform platform_brightness').split(' '));
export const settable = (pack) => pack.controls.filter((control) => control.name === 'Page').map((control) => ({ ...control,
    events: control.events.filter(({ name }) => !NEVER_COME.has(name)),
    properties: control.properties.filter(({ name, by }) => name === 'adaptive' || name === 'rtl' ||
        (['BasePage', 'Page'].includes(by) && !control.sets.has(name) && !PAGE_OWN.has(name))) }));

// Those that came into use since the last call, with what they refer to:
// [{ root, struct, fields, members: [{ name, id, c, fields, discriminator }] }]
export function newValueStructs() {
    const done = [];
    const queue = () => [...families.keys()].filter((top) => !offeredValues.has(top) && !done.some((item) => item.root === top));
    for (let open = queue(); open.length; open = queue())
        for (const top of open) {
            const members = families.get(top).map((name) => ({ name, c: snake(name), fields: valueFields(name), discriminator: values[name].discriminator?._type ?? null }));
            const fields = new Map();
            for (const member of members)
                for (const field of member.fields) {
                    const other = fields.get(field.name);
                    if (other && other.ctype !== field.ctype) throw new Error(`${top}.${field.name}: ${other.ctype} or ${field.ctype}?`);
                    if (!other) fields.set(field.name, field);
                }
            done.push({ root: top, struct: `ui_${snake(top)}_value`, fields: [...fields.values()], members: members.filter((m) => !isAbstract(m.name)) });
        }
    done.sort((a, b) => byText(a.root, b.root));
    for (const item of done) {
        offeredValues.add(item.root);
        for (const member of item.members) member.id = nextValue++;
    }
    return done;
}

const isAbstract = (name) => Boolean(values[name].subclasses) && !values[name].discriminator && name !== 'InputFilter';

export const isBuilt = (control) => !NOT_BUILT.has(control.name);

// [{ name, header, controls }]: the core first, then the other packages ("flet-code-editor" is
// troupe/packages/code_editor.h).
export const packages = [
    { name: 'core', controls: controls.filter((control) => CORE.has(control.package)) },
    ...Object.keys(catalog.packages).filter((name) => !CORE.has(name)).map((name) =>
        ({ name: name.replace(/^flet-/, '').replaceAll('-', '_'), controls: controls.filter((control) => control.package === name) })),
];

// { groups: own fields in order; bases: [[base class, fields] …] }
export function arguments_(control) {
    const sets = new Map();
    const add = (by, list) => sets.set(by, [...(sets.get(by) ?? []), ...list]);
    const positional = POSITIONAL[control.name] ?? [];
    const order = (property) => {
        const at = positional.indexOf(property.name);
        if (at >= 0) return at - 100;
        if (property.required) return -10;
        return property.name === 'content' || property.name === 'value' ? -5 : 0;
    };
    const events = new Set(control.events.map((event) => event.prop));
    const list = control.properties.map((property, at) => [order(property), at, property]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((row) => row[2]);
    for (const property of list) {
        if (property.name.startsWith('_') || property.name === 'data' || events.has(property.name)) continue;
        if (property.sent === 'never' && !property.own && !styleInputs(control).includes(property.name)) continue;
        const made = argumentFields(property.name, property.type, context);
        for (const part of made.missing) missing.push(`${control.name}.${property.name}: ${part}`);
        const own = positional.includes(property.name) || !BASES.has(property.by);
        add(own ? '' : property.by, made.fields);
    }
    for (const event of control.events)
        add(BASES.has(event.by) ? event.by : '', [{ name: fieldName(event.prop), prop: event.prop, ctype: 'const tr_handler *', arg: 'EVENT', extra: 0, unset: null }]);
    return sets;
}
