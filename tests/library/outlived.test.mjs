// Mistakes with memory in an app: said by the compiler where it can know, and else while `troupe dev` runs the app,
// against the installation in build/prefix (tests/programs.sh makes it).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const out = join(top, 'build/programs/outlived');
mkdirSync(out, { recursive: true });

const env = { ...process.env, LC_ALL: 'C', PKG_CONFIG_PATH: join(top, 'build/prefix/lib/pkgconfig') };
const run = (file, args, more) => spawnSync(file, args, { cwd: top, encoding: 'utf8', env: { ...env, ...more } });
const flagsOf = (...args) => run('pkg-config', args).stdout.trim().split(/\s+/);

// As `troupe dev` does.
const DEV = ['-std=c17', '-D_GNU_SOURCE', '-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-w'];

function compile(library) {
    const program = join(out, library);
    const flags = flagsOf('--cflags', '--libs', library);
    const { status, stderr } = run('gcc', [...DEV, 'tests/library/outlived.c', '-o', program, ...flags]);
    assert.equal(status, 0, stderr);
    return program;
}

const ENDS = 'a list of controls ends without UI_END';
const GONE = 'what an argument points to is gone';
const MISTAKES = { no_end: ENDS, no_end_within: ENDS, list_of_a_block: GONE, value_of_a_block: GONE, freed: GONE };

for (const library of ['troupe', 'troupe-static'])
    test(`with ${library}, each mistake is a line in the log, and changes nothing`, () => {
        const { status, stderr } = run(compile(library), Object.entries(MISTAKES).flat());
        assert.equal(status, 0, stderr);
    });

test('TROUPE_MISUSE=stop ends a test at the first of them', () => {
    const program = join(out, 'troupe-static');
    const { signal, status, stderr } = run(program, ['no_end', ENDS], { TROUPE_MISUSE: 'stop' });
    assert.ok(signal === 'SIGABRT' || status !== 0);
    assert.match(stderr, /stopped at a mistake of the app[^]*event=page_misuse handler=no_end at=\S*outlived\.c:\d+/);
});

test("the compiler warns of what it can know, with the flags of a new app's makefile", () => {
    const source = `#include <troupe/troupe.h>
ui_control **returned(void);
ui_control **returned(void) { return UI_LIST(ui_text("a")); }
ui_control *list_of_a_block(void);
ui_control *list_of_a_block(void) { ui_control **list; { list = UI_LIST(ui_text("a")); } return ui_column(.controls = list); }
ui_control *value_of_a_block(void);
ui_control *value_of_a_block(void) { const ui_padding_value *pad; { pad = ui_padding(8); } return ui_container(.padding = pad); }
const char *text(void);
const char *text(void) { char name[8] = "Ada"; return name; }
`;
    const flags = [
        '-std=c17',
        '-O2',
        '-Wall',
        '-Wextra',
        ...flagsOf('--cflags', 'troupe'),
        '-c',
        '-xc',
        '-',
        '-o',
        '/dev/null',
    ];
    const { stderr } = spawnSync('gcc', flags, { input: source, encoding: 'utf8', env });
    const kinds = [...stderr.matchAll(/warning: .*\[(-W[a-z-]+)/g)].map(([, kind]) => kind).sort();
    assert.deepEqual(
        kinds,
        ['-Wdangling-pointer', '-Wdangling-pointer', '-Wreturn-local-addr', '-Wreturn-local-addr'],
        stderr,
    );
});
