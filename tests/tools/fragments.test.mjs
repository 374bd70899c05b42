// Programs in pages are files that are compiled and run (tools/embed_programs.mjs, embed_snippets.mjs). The few parts of
// programs that stand in a page alone compile with what is around them here; another one needs a place here, or a file.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(join(top, path), 'utf8');

// How one adds a message to the runtime itself: lines of two of its files.
const NOT_OF_AN_APP = ['docs/bus.md'];

const within = (before, code, after = '') =>
    `${before}\nvoid within(void);\nvoid within(void)\n{\n${code}\n${after}\n}\n`;

// By a line of the part: what it stands in.
const AROUND = {
    'TR_ASYNC(export)': (code) => `static const char text[] = "";\n${code}`,
    'TR_SOURCE(squares)': (code) => code,
    'tr_test_page *page = tr_test_replay(&todo_app, "milk.rec", NULL);': (code) =>
        within('#include <troupe/test.h>\nstatic const tr_app todo_app;', code),
    'tr_embed *embed;': (code) => within('static const tr_app shop;', code),
    'tr_exchange_event event;': (code) => within('extern tr_embed *embed;', code),
    'TR_ASYNC(on_upload)': (code) => `void import_file(const char *path);\n${code}`,
    'tr_http_get(ev, url, &response);': (code) => {
        const [store, ...calls] = code.split('\n');
        const around = `${store}\nextern tr_event *ev;\nextern int64_t size;\nextern int id;`;
        return within(
            around,
            `char url[TR_OBJECT_URL_CAP_BYTES];\ntr_http_response response;\n${calls.join('\n').replace('…', '')}`,
        );
    },
    'TR_SYNC(count_matches)': (code) =>
        `struct list {\n    char filter[20];\n    unsigned found;\n};\nunsigned count_in_database(const char *filter);\n${code}`,
};

function partsOf(path) {
    const alone = read(path).replace(/<!-- (program|snippet): \w+ -->[^]*?<!-- end -->/g, '');
    return [...alone.matchAll(/^( *)```(?:c|cpp)\n([^]*?)\n\1```$/gm)].map(([, , code]) => code);
}

const pages = readdirSync(join(top, 'docs'), { recursive: true })
    .map((name) => `docs/${name}`)
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/reference/') && !NOT_OF_AN_APP.includes(path));

function complaintOf(code) {
    const headers = ['stdio.h', 'string.h', 'troupe/troupe.h', 'troupe/embed.h'].map((name) => `#include <${name}>\n`);
    const { status, stderr } = spawnSync(
        'gcc',
        ['-std=c17', '-D_GNU_SOURCE', '-Wall', '-Werror', `-I${top}include`, '-fsyntax-only', '-x', 'c', '-'],
        { encoding: 'utf8', input: headers.join('') + code },
    );
    return status === 0 ? '' : stderr;
}

for (const path of pages)
    for (const part of partsOf(path))
        test(`${path} has a part that compiles: ${part.split('\n')[0]}`, () => {
            const line = Object.keys(AROUND).find((known) => part.split('\n').includes(known));
            assert.ok(line, 'put it into a file of examples/, with a place for it in the page');
            assert.equal(complaintOf(AROUND[line](part)), '');
        });

test('the program of the README is an example', () => {
    const withoutAbout = (code) => code.trim().replace(/^(\/\/.*\n)+\n?/, '');
    assert.deepEqual(partsOf('README.md').map(withoutAbout), [withoutAbout(read('examples/counter.c'))]);
});
