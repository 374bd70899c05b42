// Structs that are read from what the browser sends: payloads of events, results of methods.

import { byText, catalog, controls, packages, usedEnums } from './model.mjs';
import { alternatives, fieldName, isNumberEnum, snake } from './types.mjs';

const { values, enums, event_classes: classes } = catalog;
const records = new Map(); // value class -> record
export const skipped = []; // fields of types that no struct has

const isNullable = (type) => type.endsWith('?');
const plainEnum = (name) => enums[name] && enums[name].wire_type !== 'int' && !isNumberEnum(enums[name]);
const item = (type) => /^list<(.*)>$/.exec(type)?.[1];
const reading = (ctype, read, more = {}) => ({ ctype, read, enumeration: null, record: null, ...more });

function listReading(type) {
    if (type === 'string') return reading('const char *const *', 'TEXTS');
    if (type === 'bytes') return reading('const tr_slice *const *', 'BYTES_LIST');
    if (type.startsWith('enum:') && plainEnum(type.slice(5))) {
        usedEnums.add(type.slice(5));
        return reading(`const enum ui_${snake(type.slice(5))} *`, 'MEMBERS', { enumeration: type.slice(5) });
    }
    const record = type.startsWith('value:') ? recordOf(type.slice(6)) : null;
    return record && reading(`const ${record.struct} *const *`, 'RECORDS', { record });
}

// How a value of a catalog type is read; null when it cannot be.
export function readingOf(written) {
    if (written === 'null') return null;
    const type = written.replace(/\?$/, '');
    const parts = alternatives(type).filter((part) => !part.startsWith('tuple<'));
    if (parts.length > 1 || type === 'any') return reading('const ui_any *', 'ANY');
    if (type === 'bool') return isNullable(written) ? reading('int ', 'FLAG') : reading('bool ', 'BOOLEAN');
    if (type === 'int') return reading('int64_t ', 'INTEGER');
    if (type === 'number' || type === 'float') return reading('double ', 'NUMBER');
    if (type === 'string') return reading('const char *', 'TEXT');
    if (type === 'datetime') return reading('const char *', 'DATE');
    if (type === 'duration') return reading('int64_t ', 'DURATION');
    if (type === 'bytes') return reading('const tr_slice *', 'BYTES');
    if (type === 'map<string,string>') return reading('const char *const *', 'PAIRS');
    if (type.startsWith('enum:') && plainEnum(type.slice(5))) {
        usedEnums.add(type.slice(5));
        return reading(`enum ui_${snake(type.slice(5))} `, 'ENUM', { enumeration: type.slice(5) });
    }
    if (type.startsWith('value:')) {
        const record = recordOf(type.slice(6));
        return record && reading(`const ${record.struct} *`, 'RECORD', { record });
    }
    return item(type) ? listReading(item(type)) : null;
}

function fieldsOf(owner, list, isRequired) {
    const fields = [];
    for (const entry of list) {
        // The bytes of a picked file: the catalog knows only the default.
        const type = entry.type === 'null' ? 'bytes?' : entry.type;
        const how = entry.name.startsWith('_') || type === 'any' ? null : readingOf(type);
        if (how) fields.push({ ...how, name: fieldName(entry.name), key: entry.wire ?? entry.name, required: Boolean(isRequired(entry)) && !isNullable(type) });
        else skipped.push(`${owner}.${entry.name}: ${type}`);
    }
    return fields;
}

// A class that has subclasses is one struct with the fields of all.
function recordOf(name) {
    if (!values[name]) return null;
    if (records.has(name)) return records.get(name);
    const record = { name, struct: `ui_${snake(name)}_data`, fields: [] };
    records.set(name, record);
    const seen = new Map();
    for (const one of [name, ...(values[name].subclasses ?? [])])
        for (const field of fieldsOf(one, values[one].fields, () => false)) {
            if (!seen.has(field.name)) seen.set(field.name, field);
            else if (seen.get(field.name).ctype !== field.ctype) skipped.push(`${one}.${field.name}: another type`);
        }
    record.fields = [...seen.values()];
    return record;
}

const eventName = (name) => snake(name.replace(/(.)Event$/, '$1'));
const users = (name) => controls.flatMap((control) => control.events.filter((event) => event.payload === name).map((event) => ({ control, event })));

// The payload classes that a package's controls are the first to have.
export function eventsOf(pack) {
    const before = packages.slice(0, packages.indexOf(pack)).flatMap((other) => other.controls);
    const uses = (list, name) => users(name).some(({ control }) => list.includes(control));
    return Object.keys(classes).filter((name) => classes[name].length && uses(pack.controls, name) && !uses(before, name)).sort(byText)
        .map((name) => ({ name, c: eventName(name), struct: `tr_ev_${eventName(name)}`, isEvent: true,
            fields: fieldsOf(name, classes[name], (entry) => entry.required), events: [...new Set(users(name).map(({ event }) => event.name))].sort(byText) }));
}

const offered = new Set();
let nextRecord = 1;

// Those that came into use since the last call, in the order in which C wants them.
export function newRecords(events) {
    const done = [];
    const add = (record) => {
        if (offered.has(record)) return;
        offered.add(record);
        for (const field of record.fields) if (field.record) add(field.record);
        record.id = nextRecord++;
        done.push(record);
    };
    [...records.values()].sort((a, b) => byText(a.name, b.name)).forEach(add);
    events.forEach(add);
    return done;
}
