// The generator: how the catalog's types become C, and that nothing of the catalog is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files } from '../../tools/catalog/generate.mjs';
import * as methods from '../../tools/catalog/methods.mjs';
import { catalog, controls, context, icons, isBuilt, packages } from '../../tools/catalog/model.mjs';
import { readingOf } from '../../tools/catalog/records.mjs';
import { alternatives, argumentFields, fieldName, snake } from '../../tools/catalog/types.mjs';

const written = files();
const text = (name) => written[name];
const everything = Object.entries(written)
    .filter(([name]) => name.endsWith('.h'))
    .map(([, body]) => body)
    .join('\n');
const core = ['enums', 'values', 'controls', 'events', 'methods']
    .map((name) => text(`include/troupe/controls/generated/${name}.h`))
    .join('\n');

test('names become C names', () => {
    assert.equal(snake('CupertinoTextField'), 'cupertino_text_field');
    assert.equal(snake('IOSOptions'), 'ios_options');
    assert.equal(fieldName('default'), 'default_');
    assert.equal(fieldName('value'), 'value');
});

test('unions are taken apart, but not what is inside of them', () => {
    assert.deepEqual(alternatives('string|map<string,int|bool>|int?'), ['string', 'map<string,int|bool>', 'int']);
});

test('the simplest alternative has the plain name', () => {
    const names = (type) => argumentFields('title', type, context).fields.map((field) => `${field.ctype}${field.name}`);
    assert.deepEqual(names('string|control?'), ['const char *title', 'ui_control *title_control']);
    assert.deepEqual(names('number'), ['double title']);
    assert.deepEqual(argumentFields('x', 'object:whatever', context).missing, ['object:whatever']);
});

test('what is read says whether it may be missing', () => {
    assert.equal(readingOf('bool').ctype, 'bool ');
    assert.equal(readingOf('bool?').ctype, 'int ');
    assert.equal(readingOf('list<string>?').read, 'TEXTS');
    assert.equal(readingOf('number|string|bool|list<string>?').read, 'ANY');
    assert.equal(readingOf('value:Offset').ctype, 'const ui_offset_data *');
    assert.equal(readingOf('null'), null);
    assert.equal(readingOf('control:View?'), null);
});

test('every control that an app may build has a constructor', () => {
    for (const control of controls.filter(isBuilt))
        assert.match(everything, new RegExp(`^#define ui_${control.c}\\(\\.\\.\\.\\)`, 'm'), control.name);
    assert.ok(controls.filter(isBuilt).length > 250);
});

test('the values that a list takes have constructors', () => {
    let count = 0;
    for (const control of controls.filter(isBuilt))
        for (const { type } of control.properties)
            for (const [, name] of type.matchAll(/\blist<value:([\w.]+)>/g)) {
                const names = [name, ...(catalog.values[name].subclasses ?? [])].map((item) => `ui_${snake(item)}`);
                assert.match(
                    everything,
                    new RegExp(`^#define (${names.join('|')})\\(\\.\\.\\.\\)`, 'm'),
                    `${control.name}: ${name}`,
                );
                count++;
            }
    assert.ok(count >= 10);
});

test('every method of every control can be called, but for what a page does by itself', () => {
    let count = 0;
    for (const control of controls)
        for (const method of control.methods ?? []) {
            if (`${method.by}.${method.name}` === 'Page.push_route') continue;
            const name = methods.methodName(method);
            assert.match(
                everything,
                new RegExp(`^#define ui_${name}\\(\\.\\.\\.\\)`, 'm'),
                `${control.name}.${method.name}`,
            );
            const table = new RegExp(`${name}_kinds\\[\\] = \\{[^}]*TR_CONTROL_${control.c.toUpperCase()},`);
            assert.match(text('sdk/catalog/generated/methods.c'), table, `${control.name}.${method.name}`);
            count++;
        }
    assert.ok(count > 240);
});

test('arguments that may not be nil have what Flet sends, or must be given', () => {
    const table = text('sdk/catalog/generated/methods.c');
    const row = (method, key) =>
        new RegExp(`A\\(ui_${method}_call, "${key}", \\w+, \\w+, \\d+, (\\d+), \\d+, (true|false)\\)`)
            .exec(table)
            .slice(1);
    assert.deepEqual(row('clipboard_set', 'data'), ['0', 'true']);
    assert.deepEqual(row('scroll_to', 'offset'), ['0', 'false']);
    const [value, isRequired] = row('pick_files', 'file_type');
    assert.notEqual(value, '0');
    assert.equal(isRequired, 'false');
});

test('every class of events has a struct, once', () => {
    for (const name of Object.keys(catalog.event_classes).filter((one) => catalog.event_classes[one].length)) {
        const c = snake(name.replace(/(.)Event$/, '$1'));
        assert.equal(everything.match(new RegExp(`^\\} tr_ev_${c};`, 'gm'))?.length, 1, name);
    }
});

test("a struct keeps the catalog's fields under their names on the wire", () => {
    assert.match(core, /typedef struct tr_ev_data_column_sort \{\n\s*int64_t column_index;\n\s*bool ascending;/);
    assert.match(
        text('sdk/catalog/generated/records.c'),
        /F\(tr_ev_data_column_sort, "ci", column_index, true, \{TR_READ_INTEGER, 0, 0\}\)/,
    );
});

test('each other package has a header of its own, and the core has none of it', () => {
    assert.equal(packages.length, Object.keys(catalog.packages).length - 1);
    for (const pack of packages.slice(1)) {
        const header = text(`include/troupe/packages/${pack.name}.h`);
        assert.ok(header, pack.name);
        for (const control of pack.controls.filter(isBuilt)) {
            assert.match(header, new RegExp(`^#define ui_${control.c}\\(`, 'm'));
            assert.doesNotMatch(core, new RegExp(`\\bui_${control.c}(_args\\b|\\()`));
        }
    }
});

test('no name is given twice in all headers', () => {
    const seen = new Set();
    for (const [, name] of everything.matchAll(/^#define (\w+)/gm)) {
        assert.ok(!seen.has(name), name);
        seen.add(name);
    }
});

test('icons of both sets have names', () => {
    const table = text('sdk/catalog/generated/icons.c');
    assert.match(table, /\{"add", \d+\}/);
    assert.match(table, /\{"cupertino:alarm", \d+\}/);
    assert.equal(table.match(/\{"/g).length, Object.keys(icons.material).length + Object.keys(icons.cupertino).length);
});
