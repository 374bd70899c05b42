import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before } from 'node:test';
import { isAccessible, serve, test, visit } from './support.mjs';

let server;
let page;
let leave;
before(async () => {
    server = await serve('downloads');
    ({ page, leave } = await visit(server.url, { isServerLost: true }));
    await page.getByRole('button', { name: 'Save the note' }).waitFor();
});
after(async () => {
    await leave();
    await server.kill();
});

async function fetchBy(name) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    return coming;
}

test('what was typed is saved as a file, and the page stays', async () => {
    await page.getByLabel('A note').fill('grüße\n');
    const file = await fetchBy('Save the note');
    assert.equal(file.suggestedFilename(), 'note.txt');
    assert.equal(await readFile(await file.path(), 'utf8'), 'grüße\n');
    assert.equal(await page.getByLabel('A note').inputValue(), 'grüße\n');
    await isAccessible(page);
});

test('a table is written while the browser takes it', async () => {
    const file = await fetchBy('A million squares');
    assert.equal(file.suggestedFilename(), 'squares.csv');
    const text = await readFile(await file.path(), 'utf8');
    assert.ok(text.startsWith('0,0\r\n1,1\r\n2,4\r\n'));
    assert.ok(text.endsWith('999999,999998000001\r\n'));
    assert.equal(text.split('\r\n').length, 1000001);
});

test('a server that dies in the middle is a failed download', async () => {
    const client = await page.context().newCDPSession(page);
    await client.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: 100000,
        uploadThroughput: -1,
    });
    const file = await fetchBy('A million squares');
    await server.kill();
    assert.notEqual(await file.failure(), null);
});
