// Troupe as a library of others: what it exports, and programs that link with it as theirs would, against the
// installation in build/prefix (tests/programs.sh makes it).

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { LIBRARIES, nodeOf } from '../../tools/symbols_map.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const prefix = join(top, 'build/prefix');
const out = join(top, 'build/programs/library');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const env = { ...process.env, PKG_CONFIG_PATH: join(prefix, 'lib/pkgconfig'), LD_LIBRARY_PATH: '' };
const run = (file, ...args) => execFileSync(file, args, { cwd: top, env, encoding: 'utf8' });
const words = (text) => text.trim().split(/\s+/);
const packageOf = (...args) => words(run('pkg-config', '--cflags', '--libs', ...args));
const isMissing = (program) => spawnSync(program, ['--version']).error && `no ${program}`;

const [, version] = readFileSync(join(top, 'base/version.h'), 'utf8').match(/TR_VERSION "(.*)"/);
const [, abi] = readFileSync(join(top, 'base/version.h'), 'utf8').match(/TR_ABI_NUMBER (\d+)/);

function compile(source, name, ...flags) {
    const program = join(out, name);
    run(
        process.env.CC ?? 'gcc',
        '-std=c17',
        '-D_GNU_SOURCE',
        '-O1',
        '-Wall',
        '-Wextra',
        source,
        '-o',
        program,
        ...flags,
    );
    return program;
}

/** The libraries that a program or shared object names. */
const needs = (file) => [...run('readelf', '-d', file).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
const isTroupe = (name) => name.startsWith('libtroupe');

for (const [library, declared] of Object.entries(LIBRARIES)) {
    const file = join(prefix, `lib/lib${library}.so.${version}`);

    test(`lib${library} exports what the headers declare, and nothing else`, () => {
        const lines = run('nm', '-D', '--defined-only', '--with-symbol-versions', file).trim().split('\n');
        const symbols = lines.map((line) => line.split(' ').slice(-2)).filter(([kind]) => kind !== 'A');
        const node = nodeOf(library, abi);
        assert.deepEqual(symbols.map(([, name]) => name.replace(`@@${node}`, '')).sort(), declared());
    });

    test(`lib${library} has its name and its links`, () => {
        assert.match(run('readelf', '-d', file), new RegExp(`SONAME.*\\[lib${library}\\.so\\.${abi}\\]`));
        assert.equal(readlinkSync(join(prefix, `lib/lib${library}.so.${abi}`)), `lib${library}.so.${version}`);
        assert.equal(readlinkSync(join(prefix, `lib/lib${library}.so`)), `lib${library}.so.${abi}`);
    });
}

test('a program links with the shared library, by pkg-config', () => {
    const program = compile('tests/programs/linked.c', 'linked', ...packageOf('troupe'));
    assert.deepEqual(needs(program), [`libtroupe.so.${abi}`, 'libc.so.6']);
    assert.equal(run(program), 'linked\n');
});

test('pkg-config --static names what the library needs itself', () => {
    const all = packageOf('--static', 'troupe');
    for (const flag of ['-ltroupe', '-lczmq', '-lwebsockets', '-lev', '-lpq']) assert.ok(all.includes(flag), flag);
    assert.ok(!packageOf('troupe').includes('-lczmq'));
});

test('troupe-static puts all of Troupe into the program', () => {
    const program = compile('tests/programs/linked.c', 'linked-static', ...packageOf('troupe-static'));
    assert.deepEqual(needs(program).filter(isTroupe), []);
    assert.equal(run(program), 'linked\n');
});

test('programs of actors link either way', () => {
    const expected = readFileSync(join(top, 'examples/actors/ping_pong.expected'), 'utf8');
    for (const [name, library] of [
        ['troupe-actors', [`libtroupe-actors.so.${abi}`]],
        ['troupe-actors-static', []],
    ]) {
        const program = compile('examples/actors/ping_pong.c', name, ...packageOf(name));
        assert.deepEqual(needs(program).filter(isTroupe), library);
        assert.equal(run(program), expected);
    }
});

test('find_package(Troupe) has targets for all four', { skip: isMissing('cmake') }, () => {
    const folder = join(out, 'cmake');
    run('cmake', '-S', 'tests/programs', '-B', folder, `-DCMAKE_PREFIX_PATH=${prefix}`);
    run('cmake', '--build', folder);
    const used = (name) => needs(join(folder, name)).filter(isTroupe);
    assert.deepEqual(used('linked'), [`libtroupe.so.${abi}`]);
    assert.deepEqual(used('actors'), [`libtroupe-actors.so.${abi}`]);
    assert.deepEqual([...used('linked_static'), ...used('actors_static')], []);
    for (const name of ['linked', 'linked_static']) assert.equal(run(join(folder, name)), 'linked\n');
    assert.equal(run(join(folder, 'actors')), run(join(folder, 'actors_static')));
});

test('find_package(Troupe) refuses another series', { skip: isMissing('cmake') }, () => {
    const file = join(prefix, 'lib/cmake/Troupe/TroupeConfigVersion.cmake');
    const script = join(out, 'version.cmake');
    writeFileSync(script, `include("${file}")\nmessage("\${PACKAGE_VERSION_COMPATIBLE}")\n`);
    const isTaken = (wanted) =>
        spawnSync('cmake', [`-DPACKAGE_FIND_VERSION=${wanted}`, '-P', script], { encoding: 'utf8' }).stderr.trim();
    const [major, minor] = version.split('.').map(Number);
    assert.equal(isTaken(version), 'TRUE');
    assert.equal(isTaken(`${major}.${minor + 1}`), 'FALSE');
    assert.equal(isTaken(`${major + 1}.0`), 'FALSE');
});

// Two apps of a Python server's process may each have Troupe inside; one may also share the library.
test("a server's app that is linked with the shared library is served", { skip: isMissing('python3') }, () => {
    const app = compile('tests/programs/answerer.c', 'answerer.so', '-shared', '-fPIC', ...packageOf('troupe'));
    assert.deepEqual(needs(app).filter(isTroupe), [`libtroupe.so.${abi}`]);
    const script = `
import select, sys
sys.path.insert(0, "python")
from troupe._library import Library
app = Library(sys.argv[1], [])
app.start()
exchange = app.open(b"GET", b"/api/async/x", [(b"host", b"here")], 0, b"127.0.0.1", False)
kinds = []
while 2 not in kinds:
    select.select([app.fd(exchange)], [], [], 60)
    while isinstance(event := app.read(exchange), tuple):
        kinds.append(event[0])
        print(event[1] if event[0] == 0 else event[3].decode())
app.free(exchange)
app.stop()
`;
    const said = spawnSync('python3', ['-c', script, app], { cwd: top, env, encoding: 'utf8', timeout: 60000 });
    assert.equal(said.status, 0, said.stderr);
    assert.match(said.stdout, /^200\n[^]*"a":"x"/);
});
