// What a field of a generated struct means, in a few words, as its comment in the header: editors show it. What a type
// says by itself is left out.

import { catalog } from './model.mjs';
import { alternatives, snake, upper } from './types.mjs';

const WORDS = { INTEGER: 'whole number', FLAG: 'true or false', ICON: 'name of an icon', DURATION: 'milliseconds', DATE: 'date, ISO 8601',
    TIME: 'time, HH:MM', CONTROLS: 'UI_LIST(…)', TEXTS: 'UI_TEXTS(…)', NUMBERS: 'UI_NUMBERS(…)', VALUES: 'UI_VALUES(…)', MEMBERS: 'UI_MEMBERS(…)',
    PAIRS: 'UI_TEXTS(…), key and value in turn', BYTES: 'ui_bytes(…)', SIDES: 'logical pixels', NUMBER: 'number', CONTROL: 'control' };

const MEMBERS_SHOWN = 6;

function membersOf(enumeration) {
    const names = Object.keys(catalog.enums[enumeration]?.members ?? {}).map((name) => name.toUpperCase());
    const shown = names.slice(0, MEMBERS_SHOWN).map((name, at) => (at === 0 ? `UI_${upper(enumeration)}_${name}` : `_${name}`));
    return shown.join(', ') + (names.length > MEMBERS_SHOWN ? ', …' : '');
}

// How a value is written: its constructor, or the first of several.
function constructorOf(struct, structs) {
    const item = structs?.find((one) => one.struct === struct);
    const names = item ? item.members.map((member) => `ui_${member.c}`) : [struct.replace(/_value$/, '')];
    return names.slice(0, 3).map((name) => `${name}(…)`).join(', ') + (names.length > 3 ? ', …' : '');
}

const isColour = (written) => alternatives(written ?? '').some((part) => part.includes('color'));

function words(field, property, structs) {
    if (field.arg === 'TEXT') return isColour(property?.type) || /color$/.test(field.name) ? 'colour: its name or "#rrggbb"' : 'text';
    if (field.arg === 'ENUM' || field.arg === 'BITS') return membersOf(field.enumeration);
    if (field.arg === 'VALUE') return constructorOf(/(\w+_value) \*/.exec(field.ctype)?.[1] ?? '', structs);
    return WORDS[field.arg] ?? '';
}

function defaultOf(value) {
    if (typeof value === 'boolean' || typeof value === 'number') return `; default ${value}`;
    if (typeof value === 'string' && value !== '') return `; default ${JSON.stringify(value)}`;
    return value?.$float ? `; default ${value.$float}` : '';
}

function eventWords(event, records) {
    const record = records?.find((one) => one.isEvent && one.name === event.payload);
    return record ? `handler; reads a ${record.struct}` : 'handler';
}

/** Without the comment's slashes; '' for what needs none. `owner` is a control of the catalog, or nothing. */
export function meaningOf(field, { owner, structs, records } = {}) {
    const event = owner?.events.find((one) => one.prop === field.prop);
    if (event || field.arg === 'EVENT') return eventWords(event ?? {}, records);
    const property = owner?.properties.find((one) => one.name === field.prop);
    const isItself = field.name === field.prop || field.name === `${field.prop}_`;
    return words(field, property, structs) + (isItself ? defaultOf(property?.default) : '');
}
