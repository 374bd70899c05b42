import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin, key, run, shows, test, visit } from './support.mjs';

const todo = fileURLToPath(new URL('../../examples/todo.c', import.meta.url));

// What `troupe ARGUMENTS` says, and its exit code.
const troupe = (folder, ...args) =>
    new Promise((resolve) => {
        execFile(join(bin, 'troupe'), args, { cwd: folder }, (error, out, err) =>
            resolve({ code: error ? error.code : 0, text: out + err }),
        );
    });

async function recordTodo(folder) {
    const app = join(folder, 'app.c');
    const file = join(folder, 'milk.rec');
    const desk = run('troupe', ['record', file, '--port', '0', app]);
    const [, url] = await desk.says(/listening on (http:\/\/\S+)/, 120_000);
    const { page, leave } = await visit(url);
    await page.getByRole('textbox', { name: 'What is to be done?' }).waitFor();
    await page.keyboard.type('Milk');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Milk', exact: true }).waitFor();
    await page.keyboard.type('Bread');
    await page.keyboard.press('Enter');
    await shows(page, 'left', '2 things left');
    await page.getByRole('checkbox', { name: 'Milk', exact: true }).click();
    await shows(page, 'left', '1 thing left');
    await page.getByRole('button', { name: 'Edit Bread' }).click();
    const edit = page.getByRole('textbox', { name: 'Edit' });
    await edit.fill('Butter');
    await edit.press('Enter');
    await page.getByRole('button', { name: 'Delete Milk' }).click();
    await page.locator(key('item-1')).waitFor({ state: 'detached' });
    await leave();
    await desk.kill('SIGTERM');
    assert.equal(desk.child.exitCode, 0, desk.log);
    assert.match(desk.log, /milk\.rec has \d+ steps/);
    return file;
}

test('what people do in a browser is recorded, and plays again as a test', { timeout: 600_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'record-'));
    copyFileSync(todo, join(folder, 'app.c'));
    const file = await recordTodo(folder);
    const recorded = readFileSync(file, 'utf8');
    assert.match(recorded, /^troupe recording 1\n# app\.c, \d{4}-\d\d-\d\d\nopen "\/" \d+x\d+\n/);
    assert.match(recorded, /\ntype #new: "Milk"\n/);
    // In between people are slower than this; what comes at once is looked at together.
    assert.match(recorded, /\nchoose Checkbox "Milk": true\n/);
    assert.match(recorded, /\n {2}\+ Checkbox "Butter"\n/);
    assert.match(recorded, /\n {2}\+ Text #left "1 thing left"\n/);
    assert.match(recorded, /\nclick IconButton "Edit Bread"\n/);

    const same = await troupe(folder, 'test');
    assert.equal(same.code, 0, same.text);
    assert.match(same.text, /^ok milk\.rec$/m);

    const source = readFileSync(todo, 'utf8');
    const changed = source.replaceAll(/(things?) left/g, '$1 to do');
    assert.notEqual(changed, source);
    writeFileSync(join(folder, 'app.c'), changed);
    const other = await troupe(folder, 'test');
    assert.equal(other.code, 1, other.text);
    assert.match(other.text, /milk\.rec:\d+: what page 1 shows changed in another way than when it was recorded/);
    assert.match(other.text, /recorded {2}\+ Text #left "\d things? left"\n\s+now {7}\+ Text #left "\d things? to do"/);
    assert.match(other.text, /^not ok milk\.rec$/m);
    assert.doesNotMatch(other.text, /event=crash/, 'it is the test that ended, and no crash');

    const written = await troupe(folder, 'test', '--write');
    assert.equal(written.code, 0, written.text);
    assert.match(readFileSync(file, 'utf8'), /\n {2}\+ Text #left "1 thing to do"\n/);
    assert.equal((await troupe(folder, 'test')).code, 0);
    rmSync(folder, { recursive: true });
});

test('no file but a recording is replaced by one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'record-'));
    writeFileSync(join(folder, 'app.c'), 'int x;\n');
    writeFileSync(join(folder, 'notes.rec'), 'mine\n');
    const source = await troupe(folder, 'record', 'app.c');
    assert.equal(source.code, 2);
    assert.match(source.text, /^troupe: name the recording first, as in: troupe record orders\.rec/);
    const notes = await troupe(folder, 'record', 'notes.rec', 'app.c');
    assert.equal(notes.code, 2);
    assert.match(notes.text, /^troupe: notes\.rec: this is no recording, and is not replaced by one$/m);
    assert.equal(readFileSync(join(folder, 'notes.rec'), 'utf8'), 'mine\n');
    rmSync(folder, { recursive: true });
});

for (const kind of [[], ['--cpp']])
    test(`troupe test runs a new folder's tests ${kind.join('')}`, { timeout: 600_000 }, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'record-'));
        assert.equal((await troupe(folder, 'new', 'shop', ...kind)).code, 0);
        const shop = join(folder, 'shop');
        const file = kind.length ? 'test_app.cpp' : 'test_app.c';
        // The simplest recording: that it opens and shows something.
        writeFileSync(join(shop, 'open.rec'), 'troupe recording 1\nopen "/" 800x600\n');
        const first = await troupe(shop, 'test', '--write');
        assert.equal(first.code, 0, first.text);
        assert.match(first.text, new RegExp(`^ok ${file.replace('.', '\\.')}$`, 'm'));
        assert.match(readFileSync(join(shop, 'open.rec'), 'utf8'), /\nshows\n {2}\+ Page "/);
        const test = readFileSync(join(shop, file), 'utf8');
        writeFileSync(join(shop, file), test.replace('"1 thing"', '"9 things"'));
        const second = await troupe(shop, 'test');
        assert.equal(second.code, 1, second.text);
        assert.match(second.text, /expected \.key = "count", \.text = "9 things": there are 0\nthe page:\nPage title=/);
        assert.match(second.text, new RegExp(`^not ok ${file.replace('.', '\\.')}$`, 'm'));
        assert.match(second.text, /^ok open\.rec$/m);
        writeFileSync(join(shop, 'open.rec'), 'troupe recording 1\nopen "/" 800x600\nklick #add\n');
        const third = await troupe(shop, 'test', 'open.rec');
        assert.match(third.text, /^open\.rec:3: there is no such step$/m);
        rmSync(folder, { recursive: true });
    });
