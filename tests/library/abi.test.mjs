// What would break programs that are linked with the last release is found before a release; what has come is fine.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const skip =
    (process.arch !== 'x64' && 'the description is that of amd64') ||
    (spawnSync('abidiff', ['--version']).error && 'no abidiff');

const abi = (...args) => spawnSync(join(top, 'tools/abi.sh'), args, { encoding: 'utf8' });
const released = join(top, 'abi/troupe.abi.gz');

/** Headers that differ in one place, checked against those that are here. */
function checked(header, from, to) {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-abi-'));
    try {
        const kept = join(folder, 'kept.abi.gz');
        const include = join(folder, 'include');
        const file = join(include, header);
        cpSync(join(top, 'include'), include, { recursive: true });
        const described = abi('describe', kept);
        assert.equal(described.status, 0, described.stderr);
        const text = readFileSync(file, 'utf8');
        assert.ok(text.includes(from), `${header} has no ${from}`);
        writeFileSync(file, text.replace(from, to));
        return abi('check', kept, include);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

test('programs that are linked with the last release go on with this one', { skip }, () => {
    const { status, stdout, stderr } = abi('check', released);
    assert.equal(status, 0, `${stdout}${stderr}\nmeant? raise TR_ABI_NUMBER, and make abi`);
});

test('a member that came into a public struct is found', { skip }, () => {
    const member = 'size_t state_size; // bytes';
    const { status, stdout } = checked('troupe/actors/actor.h', member, `int more; ${member}`);
    assert.equal(status, 1);
    assert.match(stdout, /tr_behaviour[^]*'int more'/);
});

test('a function that went is found', { skip }, () => {
    const { status, stdout } = checked('troupe/err.h', 'const char *tr_err_text(int code);', '');
    assert.equal(status, 1);
    assert.match(stdout, /\[D\].*tr_err_text/);
});

test('another parameter is found, of a function and of a control', { skip }, () => {
    const text = 'const char *tr_err_text(int code);';
    assert.equal(checked('troupe/err.h', text, text.replace('int', 'const char *')).status, 1);
    const controls = 'troupe/controls/generated/controls.h';
    assert.equal(checked(controls, 'int adaptive TR_OR_', 'double adaptive TR_OR_').status, 1);
});

test('a function that came is fine', { skip }, () => {
    const { status, stdout } = checked('troupe/err.h', 'int code);', 'int code);\nint tr_err_of_another_kind(void);');
    assert.equal(status, 0, stdout);
});
