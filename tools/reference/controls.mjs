// The catalog as pages: a page for each group of controls and for each package, one each for values,
// enumerations and payloads.

import { byText, catalog } from '../catalog/model.mjs';
import { alternatives, snake, upper } from '../catalog/types.mjs';

const TITLES = { layout: 'Layout', input: 'Inputs', button: 'Buttons and menus', display: 'Text, pictures, feedback',
    semantics: 'Semantics', navigation: 'Navigation', dialog: 'Dialogs and notices', cupertino: 'Cupertino', canvas: 'Canvas',
    gesture: 'Gestures', service: 'Services', chart: 'Charts', page: 'Parts of a page' };
const BASES = ['BaseControl', 'Control', 'LayoutControl', 'AdaptiveControl', 'ScrollableControl', 'DialogControl', 'Service'];

const table = (head, rows) => (rows.length ? [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n') + '\n' : '');
const cell = (text) => String(text).replace(/\|/g, '\\|').replace(/\n/g, ' ');
const anchor = (name) => `<a id="${name}"></a>`;

// Where values and enumerations are described: [name of the C thing, page#anchor].
function placesOf(packs) {
    const places = new Map();
    for (const pack of packs) {
        const [values, enums] = pack.name === 'core' ? ['values', 'enums'] : [`package-${pack.name}`, `package-${pack.name}`];
        for (const item of pack.structs) {
            places.set(item.struct, `${values}.md#${item.struct}`);
            places.set(`constructors of ${item.struct}`, item.members.map((member) => `ui_${member.c}`));
        }
        for (const name of pack.enums) places.set(`enum ui_${snake(name)}`, `${enums}.md#ui_${snake(name)}`);
        const records = pack.name === 'core' ? 'payloads' : `package-${pack.name}`;
        for (const record of pack.records) places.set(record.struct, `${records}.md#${record.struct}`);
    }
    return places;
}

// How a value is written: its constructor, or the first of several.
function constructorsOf(struct, places) {
    const names = places.get(`constructors of ${struct}`) ?? [struct.replace(/_value$/, '')];
    return `${names[0]}(…)${names.length > 1 ? ' …' : ''}`;
}

const linked = (places, name, text = name) => (places.has(name) ? `[\`${text}\`](${places.get(name)})` : `\`${text}\``);

const PLAIN = { NUMBER: 'number', INTEGER: 'whole number', FLAG: '`true` or `false`', ICON: 'icon', DURATION: 'milliseconds',
    DATE: 'date (ISO 8601)', TIME: 'time (HH:MM)', CONTROL: 'control', CONTROLS: 'controls: `UI_LIST(…)`', TEXTS: 'texts: `UI_TEXTS(…)`',
    NUMBERS: 'numbers: `UI_NUMBERS(…)`', VALUES: 'values: `UI_VALUES(…)`', MEMBERS: 'members: `UI_MEMBERS(…)`',
    PAIRS: 'texts, key and value in turn: `UI_TEXTS(…)`', BYTES: '`ui_bytes(…)`', SIDES: 'number', EVENT: 'handler' };

function typeOf(field, written, places) {
    if (field.arg === 'TEXT') return alternatives(written ?? '').some((part) => part.includes('color')) ? 'colour' : 'text';
    if (field.arg === 'ENUM' || field.arg === 'BITS') return linked(places, `enum ui_${snake(field.enumeration)}`);
    if (field.arg === 'VALUE') {
        const struct = /(\w+_value) \*/.exec(field.ctype)?.[1] ?? '';
        return linked(places, struct, constructorsOf(struct, places));
    }
    if (field.arg === 'VALUES') {
        const name = /value:([\w.]+)/.exec(written ?? '')?.[1];
        return name ? `${PLAIN.VALUES}, of ${linked(places, `ui_${snake(name)}_value`, `ui_${snake(name)}`)}` : PLAIN.VALUES;
    }
    return PLAIN[field.arg] ?? `\`${field.ctype.trim()}\``;
}

const UNITS = { days: 86400000, hours: 3600000, minutes: 60000, seconds: 1000, milliseconds: 1, microseconds: 0.001 };

function defaultOf(value) {
    if (value === null || value === undefined) return '';
    const text = JSON.stringify(value);
    if (/"\$(control|py|ext)"/.test(text) || text === '[]' || text === '{}') return '';
    if (value.$float) return value.$float;
    if (typeof value === 'object' && Object.keys(value).every((key) => key in UNITS))
        return String(Object.entries(value).reduce((sum, [key, count]) => sum + count * UNITS[key], 0));
    return `\`${cell(text)}\``;
}

function propertyRow(field, list, places, at) {
    const property = list.find((one) => one.name === field.prop);
    return [`${at < 0 ? '' : anchor(field.name)}\`.${field.name}\``, typeOf(field, property?.type, places),
        field.name === field.prop || field.name === `${field.prop}_` ? defaultOf(property?.default) : ''];
}

function payloadOf(event, records, places) {
    const record = records.get(event.payload);
    if (record) return linked(places, record.struct);
    const kinds = (event.client_data ?? []).filter((kind) => typeof kind === 'string' && kind !== 'null' && kind !== 'map');
    return kinds.length ? [...new Set(kinds)].map(cell).join(', ') : '';
}

const eventRows = (events, records, places) => events.map((event) => [`\`.${event.prop}\``, payloadOf(event, records, places)]);

function methodRow(method, places) {
    const key = method.target === 'KEY' ? ', "key"' : '';
    const result = method.result ? ', &result' : '';
    const list = method.fields.map((field) => `, .${field.name}`).join('');
    const type = method.result ? method.result.ctype.replace(/^const /, '').replace(/ ?\*(const \*)?$/, '').trim() : '';
    return [`\`ui_${method.c}(ev${key}${result}${list})\``, type ? linked(places, type) : ''];
}

function controlText({ control, sets }, pack, ctx) {
    const { places, records } = ctx;
    const events = new Set(control.events.map((event) => event.prop));
    const own = (sets.get('') ?? []).filter((field) => !events.has(field.prop));
    const out = [`${anchor(`ui_${control.c}`)}\n## ui_${control.c}\n`, `Flet's \`${control.name}\`.`];
    if (own.length) out.push(`The first argument needs no name: \`.${own[0].name}\`.`);
    const bases = BASES.filter((base) => base !== 'Service' && (sets.get(base) ?? []).length);
    if (bases.length) out.push(`Besides: ${bases.map((base) => `[${base}](common.md#${base})`).join(', ')}.`);
    out.push('', table(['argument', 'type', 'default'], own.map((field) => propertyRow(field, control.properties, places, -1))));
    const ownEvents = control.events.filter((event) => !BASES.includes(event.by));
    out.push(table(['event', 'what it tells'], eventRows(ownEvents, records, places)));
    const methods = ctx.methods.filter((method) => method.kinds.includes(control));
    out.push(table(['method', 'result'], methods.map((method) => methodRow(method, places))));
    return out.join('\n').replace(/\n\n\n+/g, '\n\n');
}

function commonPage(packs, ctx) {
    const out = ['# What many controls have\n', 'Arguments, events and methods by the class of Flet that brings them.\n'];
    const all = packs.flatMap((pack) => pack.list);
    for (const base of BASES) {
        const user = all.find(({ sets }) => (sets.get(base) ?? []).length);
        if (!user) continue;
        const fields = user.sets.get(base);
        const events = user.control.events.filter((event) => event.by === base);
        const names = new Set(events.map((event) => event.prop));
        out.push(`${anchor(base)}\n## ${base}\n`, table(['argument', 'type', 'default'],
            fields.filter((field) => !names.has(field.prop)).map((field) => propertyRow(field, user.control.properties, ctx.places, -1))));
        out.push(table(['event', 'what it tells'], eventRows(events, ctx.records, ctx.places)));
    }
    return out.join('\n').replace(/\n\n\n+/g, '\n\n');
}

function valuesText(structs, places) {
    return structs.map((item) => {
        const written = (field) => item.members.map((member) => catalog.values[member.name].fields.find((entry) => entry.name === field.prop)).find(Boolean);
        const names = item.members.map((member) => `ui_${member.c}`);
        const rows = item.fields.map((field) => {
            const having = item.members.filter((member) => member.fields.some((one) => one.name === field.name));
            const only = having.length < item.members.length ? having.map((member) => `\`ui_${member.c}\``).join(', ') : '';
            return [`\`.${field.name}\``, typeOf(field, written(field)?.type, places), defaultOf(written(field)?.default), ...(item.members.length > 1 ? [only] : [])];
        });
        const head = ['argument', 'type', 'default', ...(item.members.length > 1 ? ['only in'] : [])];
        return `${anchor(item.struct)}${names.map(anchor).join('')}\n## ${names.join(', ')}\n\n${table(head, rows)}`;
    }).join('\n');
}

const enumsText = (names) => names.map((name) => {
    const item = catalog.enums[name];
    const members = [...new Set(Object.keys(item.members).map((member) => `\`UI_${upper(name)}_${member.toUpperCase()}\``))];
    return `${anchor(`ui_${snake(name)}`)}\n## enum ui_${snake(name)}\n\n${members.join(', ')}\n`;
}).join('\n');

const recordsText = (list, places) => list.map((record) =>
    `${anchor(record.struct)}\n## ${record.struct}\n\n${record.isEvent ? `Events: ${record.events.join(', ')}; read with \`TR_EVENT(ev, ${record.c})\`.\n\n` : ''}` +
    table(['field', 'type'], record.fields.map((field) => [`\`${field.name}\``, fieldType(field, places)]))).join('\n');

function fieldType(field, places) {
    const name = field.record ? field.record.struct : field.enumeration ? `enum ui_${snake(field.enumeration)}` : '';
    return name ? linked(places, name, field.ctype.trim()) : `\`${field.ctype.trim()}\``;
}

const groupOf = (control) => (control.category in TITLES ? control.category : 'page');

// { file name: text } for docs/reference/controls/, and what the index has to say: [[title, file, names] …].
export function controlPages(packs) {
    const places = placesOf(packs);
    const records = new Map(packs.flatMap((pack) => pack.records).filter((record) => record.isEvent).map((record) => [record.name, record]));
    const ctx = { places, records, methods: packs.flatMap((pack) => pack.methods) };
    const [core, ...others] = packs;
    const pages = { 'common.md': commonPage(packs, ctx) };
    const index = [];
    const add = (file, title, intro, list, rest = '') => {
        const sorted = [...list].sort((a, b) => byText(a.control.c, b.control.c));
        const contents = sorted.map(({ control }) => `[ui_${control.c}](#ui_${control.c})`).join(' · ');
        pages[file] = [`# ${title}\n`, intro, contents + '\n', ...sorted.map((item) => controlText(item, core, ctx)), rest].join('\n').replace(/\n\n\n+/g, '\n\n').trimEnd() + '\n';
        index.push([title, file, sorted.map(({ control }) => control.c)]);
    };
    for (const [group, title] of Object.entries(TITLES)) {
        const list = core.list.filter(({ control }) => groupOf(control) === group);
        if (list.length) add(`${group}.md`, title, '`#include <troupe/troupe.h>`\n', list);
    }
    for (const pack of others)
        add(`package-${pack.name}.md`, `troupe/packages/${pack.name}.h`, `\`#include <troupe/packages/${pack.name}.h>\`\n`, pack.list,
            [pack.structs.length ? '\n# Values\n' : '', valuesText(pack.structs, places), pack.enums.length ? '\n# Enumerations\n' : '',
                enumsText(pack.enums), pack.records.length ? '\n# What events and methods tell\n' : '', recordsText(pack.records, places)].join('\n'));
    pages['values.md'] = '# Values\n\nWhat arguments take besides texts, numbers and controls.\n\n' + valuesText(core.structs, places);
    pages['enums.md'] = '# Enumerations\n\n0 is “not set”.\n\n' + enumsText(core.enums);
    pages['payloads.md'] = '# What events and methods tell\n\nSee [troupe/controls/events.h](../headers/events.md).\n\n' + recordsText(core.records, places);
    return { pages, index };
}

// For links from the pages of headers.
export function controlLinks(packs, index) {
    const links = new Map();
    for (const [, file, names] of index) for (const name of names) links.set(`ui_${name}`, `controls/${file}#ui_${name}`);
    for (const [name, place] of placesOf(packs)) if (typeof place === 'string') links.set(name.replace(/^enum /, ''), `controls/${place}`);
    for (const pack of packs)
        for (const item of pack.structs)
            for (const member of item.members) links.set(`ui_${member.c}`, `controls/${pack.name === 'core' ? 'values' : `package-${pack.name}`}.md#ui_${member.c}`);
    return links;
}

