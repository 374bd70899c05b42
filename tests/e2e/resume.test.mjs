// What is done while the line is broken is done once, in order, and what the server said meanwhile stands.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAway, PATIENCE_MS, serve, shows, test, visit, within } from './support.mjs';

const field = (page) => page.getByRole('textbox').first();

// A line that tests cut: `lost` drops what the server says, `cut` ends the connection.
async function breakable(page) {
    const line = { lost: false, isDown: false, sockets: [] };
    let lost;
    const isLost = new Promise((done) => (lost = done));
    line.isLost = () => within('something is lost', PATIENCE_MS, isLost);
    await page.routeWebSocket(/\/ws$/, (socket) => {
        if (line.isDown) return socket.close({ code: 3001 });
        const server = socket.connectToServer();
        line.sockets.push(socket);
        server.onMessage((message) => (line.lost ? lost() : socket.send(message)));
    });
    line.cut = async () => {
        for (const socket of line.sockets.splice(0)) await socket.close({ code: 3001 });
    };
    return line;
}

test('what is done in an outage is done once, in order, by a server that was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-e2e-'));
    const options = { args: ['--store', `lmdb:${join(folder, 'sessions')}`, '--durability', 'sync'] };
    let server = await serve('todo', options);
    const { page, leave } = await visit(server.url, { isServerLost: true });
    await field(page).fill('first');
    await field(page).press('Enter');
    await page.getByText('first', { exact: true }).waitFor();
    await server.kill();
    for (const thing of ['second', 'third']) {
        await field(page).fill(thing);
        await field(page).press('Enter');
    }
    await field(page).fill('half a thought');
    server = await serve('todo', { ...options, port: server.port });
    await page.getByText('third', { exact: true }).waitFor();
    assert.deepEqual(await page.getByText(/^(first|second|third)$/).allTextContents(), ['first', 'second', 'third']);
    assert.equal(await field(page).inputValue(), 'half a thought');
    await page.reload();
    await page.getByText('third', { exact: true }).waitFor();
    assert.equal(await page.getByText(/^(first|second|third)$/).count(), 3);
    await leave();
    await server.kill();
    rmSync(folder, { recursive: true });
});

test('the answer to a submit that was lost does not put the text back', async () => {
    const server = await serve('todo');
    const { page, leave } = await visit('about:blank');
    const line = await breakable(page);
    await page.goto(server.url);
    await field(page).fill('milk');
    line.lost = true;
    await field(page).press('Enter');
    await line.isLost();
    assert.equal(await field(page).inputValue(), 'milk');
    line.isDown = true;
    await line.cut();
    await field(page).press('End');
    await field(page).pressSequentially(' and bread');
    line.lost = line.isDown = false;
    await page.getByText('milk', { exact: true }).waitFor();
    assert.equal(await page.getByText('milk', { exact: true }).count(), 1);
    assert.equal(await field(page).inputValue(), ' and bread');
    await field(page).press('Enter');
    await page.getByText('and bread').waitFor();
    await leave();
    await server.kill();
});

test('a line that says nothing any more is noticed and said', async () => {
    const server = await serve('counter');
    const { page, leave } = await visit('about:blank');
    const line = await breakable(page);
    await page.goto(server.url);
    const add = page.getByRole('button', { name: 'Add one' });
    await add.click();
    await shows(page, 'count', '1');
    line.lost = true;
    line.isDown = true;
    for (let i = 0; i < 5; i++) await add.click();
    await isAway(page, { timeout: 120_000 });
    line.lost = line.isDown = false;
    await shows(page, 'count', '6');
    await leave();
    await server.kill();
});
