// What the failure of a browser's test tells (tests/e2e/waits.mjs): what failed first, then what this test itself started.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const e2e = fileURLToPath(new URL('../e2e', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'testimony-'));
after(() => rmSync(folder, { recursive: true }));

/** What a file of tests prints that fails; its programs are shell's words. */
function told(body) {
    const file = join(folder, 'some.test.mjs');
    writeFileSync(
        file,
        `import assert from 'node:assert/strict';
        import { after } from 'node:test';
        import { run } from '${e2e}/programs.mjs';
        import { endTheRest, test } from '${e2e}/waits.mjs';
        const sh = (words) => run('sh', ['-c', words], {}, '/bin');
        after(endTheRest);
        ${body}`,
    );
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
        env,
        encoding: 'utf8',
    });
    assert.equal(status, 1, stdout);
    return stdout;
}

const times = (text, pattern) => text.match(new RegExp(pattern, 'gm'))?.length ?? 0;

test('a program that has ended as it should, and which nobody waits for, is a line', () => {
    const text = told(`test('fails', async () => {
        const routes = sh('echo a route to bury it');
        await routes.closed;
        const server = sh('echo it hears; exec sleep 100');
        await server.says(/hears/);
        assert.fail('the page is blue');
    });`);
    assert.match(text, /error: \|-\n +the page is blue\n/);
    assert.match(text, /--- sh -c echo a route to bury it: it ended with 0\n/);
    assert.equal(times(text, '^ *a route to bury it'), 0);
    assert.match(text, /--- sh -c echo it hears; exec sleep 100: it runs\n +it hears\n/);
});

test('one that has ended otherwise, and one that is waited for, have said why', () => {
    const text = told(`test('fails', async () => {
        const bad = sh('echo no such route; exit 3');
        await bad.closed;
        const short = sh('echo as it should');
        await short.says(/never/);
    });`);
    assert.match(text, /it ended with 0 instead of saying \/never\/:\n+ +as it should\n/);
    assert.match(text, /--- sh -c echo no such route; exit 3: it ended with 3\n +no such route\n/);
    assert.equal(times(text, '\\n +as it should\\n'), 1, text);
});

test('what other tests have left is a line, and what was there before any is told', () => {
    const text = told(`const shared = sh('echo all may use it; exec sleep 100');
    await shared.says(/use/);
    test('passes', async () => {
        await sh('echo of before; exec sleep 100').says(/before/);
    });
    test('fails', async () => {
        await sh('echo of now; exec sleep 100').says(/now/);
        assert.fail('the page is blue');
    });`);
    assert.match(
        text,
        /the page is blue\n[^]*exec sleep 100: it runs\n +of now\n[^]*exec sleep 100: it runs\n +all may use it\n/,
    );
    assert.doesNotMatch(text, /^ *of before$/m);
    assert.match(text, /--- left out: 1 windows and processes of other tests\n/);
});
