// docs/reference: what is made of a header, and that nothing public is left out or leads nowhere.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { controls, isBuilt } from '../../tools/catalog/model.mjs';
import { headers, pageOf, pages } from '../../tools/reference/generate.mjs';
import { drawnPage } from '../../tools/reference/drawn.mjs';
import { headerPage, markdown, namesOf, piecesOf } from '../../tools/reference/headers.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));
const written = pages();
const everything = Object.values(written).join('\n');

test('a declaration has the comment above it', () => {
    const pieces = piecesOf('// About all.\n\n// Adds one.\nint tr_add(int to);\n// Takes one.\nint tr_take(void);\n');
    assert.deepEqual(pieces, [
        { comment: ['About all.'], code: '' },
        { comment: ['Adds one.'], code: 'int tr_add(int to);' },
        { comment: ['Takes one.'], code: 'int tr_take(void);' },
    ]);
});

test('a struct is one piece, whatever stands in it', () => {
    const struct = 'typedef struct tr_box {\n    int width;\n\n    // In pixels.\n    int height;\n} tr_box;';
    assert.deepEqual(
        piecesOf(`${struct}\nint tr_after(void);\n`).map(({ code }) => code),
        [`${struct}\nint tr_after(void);`],
    );
    assert.deepEqual(
        piecesOf(`${struct}\n\nint tr_after(void);\n`).map(({ code }) => code),
        [struct, 'int tr_after(void);'],
    );
});

test('names are those of what is declared', () => {
    assert.deepEqual(namesOf('int tr_add(tr_page *page, int (*each)(void *arg));'), ['tr_add']);
    assert.deepEqual(namesOf('const char *const *tr_event_texts(tr_event *ev);'), ['tr_event_texts']);
    assert.deepEqual(namesOf('typedef struct tr_node ui_control;'), ['ui_control']);
    assert.deepEqual(namesOf('#define UI_LIST(...) ((ui_control *[]){__VA_ARGS__, UI_END})'), ['UI_LIST']);
    assert.deepEqual(namesOf('#define TR_PLACE_ 1'), []);
});

test('comments are text, their indented lines code', () => {
    const text = markdown(['See tr_add, <not HTML>:', '', '    tr_add(1);', '', 'And *so* on.'], () => undefined);
    assert.equal(text, 'See `tr_add`, &lt;not HTML>:\n\n```c\ntr_add(1);\n```\n\nAnd \\*so\\* on.');
});

test('the guard, includes and private macros are left out', () => {
    const page = headerPage(
        'x.h',
        '#ifndef TROUPE_X_H\n#define TROUPE_X_H\n\n// All of x.\n\n#include <stdint.h>\n\n#define TR_X_(a) a\n\nint tr_x(void);\n\n#endif\n',
        () => undefined,
    );
    assert.doesNotMatch(page, /TROUPE_X_H|stdint|TR_X_/);
    assert.match(page, /^# troupe\/x.h\n[^]*All of x\.[^]*### tr_x\n/);
});

test('every public function has a place', () => {
    let count = 0;
    for (const [name, text] of Object.entries(headers()))
        for (const [, item] of text
            .replace(/\/\/.*/g, '')
            .matchAll(/^\w[\w\s*]*?\b((?:tr|ui)_\w+)\([^;{]*\)[^;{]*;/gm)) {
            assert.ok(written[`docs/reference/${pageOf(name)}`].includes(`<a id="${item}"></a>`), `${name}: ${item}`);
            count++;
        }
    assert.ok(count > 200);
});

test('every control has a place, with all its arguments', () => {
    for (const control of controls.filter(isBuilt)) {
        const section = everything.split(`<a id="ui_${control.c}"></a>\n`)[1]?.split('\n<a id=')[0];
        assert.ok(section, control.name);
        for (const event of control.events.filter(({ by }) => by === control.name))
            assert.ok(section.includes(`\`.${event.prop}\``), `${control.name}.${event.prop}`);
        for (const property of control.properties)
            if (property.by === control.name && property.required && property.name !== 'key')
                assert.ok(section.includes(`\`.${property.name}`), `${control.name}.${property.name}`);
    }
});

test('links lead somewhere', () => {
    let count = 0;
    for (const [file, text] of Object.entries(written))
        for (const [, path, place] of text.replace(/```[^]*?```/g, '').matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
            const target = path ? normalize(join(dirname(file), path)) : file;
            assert.ok(target in written || existsSync(join(top, target)), `${file}: ${path}`);
            if (place) assert.ok(written[target].includes(`<a id="${place}"></a>`), `${file}: ${path}#${place}`);
            count++;
        }
    assert.ok(count > 1000);
});

test('no page is huge', () => {
    for (const [file, text] of Object.entries(written))
        assert.ok(text.length < 120_000, `${file} has ${text.length} characters`);
});

test('what the client answers and reports is not said to be missing', () => {
    const drawn = drawnPage();
    const about = (name) => new RegExp(`^\\*\\*${name}\\*\\*: (.*\\n)*?\\n`, 'm').exec(drawn)[0];
    assert.match(about('Clipboard'), /: drawn\.\nCalls: `set`, `get`, `set_image`, `get_image`\.\n/);
    assert.match(about('SharedPreferences'), /`contains_key`/);
    assert.match(about('Gyroscope'), /: drawn\.\nEvents: `on_reading`, `on_error`\./);
    assert.match(about('Pagelet'), /: drawn\./);
    assert.doesNotMatch(about('RadioGroup'), /on_change/);
    assert.match(about('Container'), /Properties: .*`animate`.*`theme`/);
    // A call is no property of the same name.
    assert.match(about('Window'), /refused: .*`close`/);
    // Nor is one that the code names to refuse it an answer.
    assert.match(about('Screenshot'), /refused: `capture`/);
    assert.doesNotMatch(about('Flashlight'), /not yet/);
});
