// A line that breaks while somebody types, and the server that comes back.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holds, isAway, isBack, run, serve, shows, visit } from '../support.mjs';

const nameField = (page) => page.getByRole('textbox', { name: 'Your name' });

async function restart() {
    const server = await serve('form');
    const { page, leave } = await visit(server.url, { isServerLost: true });
    const field = nameField(page);
    await field.click();
    await page.keyboard.type('Ada ');
    await server.kill();
    await isAway(page);
    await page.keyboard.type('Lovelace');
    const again = await serve('form', { port: server.port });
    await isBack(page);
    assert.equal(await field.inputValue(), 'Ada Lovelace');
    await field.press('Enter');
    await shows(page, 'greeting', 'Hello, Ada Lovelace!');
    await leave();
    await again.kill();
}

// The gateway goes; the session, in its worker, stays.
async function gatewayKilled() {
    const folder = await mkdtemp(join(tmpdir(), 'bus-'));
    const bus = ['--broker', `ipc://${folder}/broker`, '--threads', '1'];
    const broker = run('chat', ['--role', 'broker', ...bus]);
    const worker = run('chat', ['--role', 'worker', ...bus]);
    const gateway = await serve('chat', { args: ['--role', 'gateway', ...bus] });
    const { page, leave } = await visit(gateway.url, { isServerLost: true });
    const message = page.getByRole('textbox', { name: 'Message' });
    await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
    await page.keyboard.press('Enter');
    await message.click();
    await page.keyboard.type('sent\n');
    await page.getByText('sent', { exact: true }).first().waitFor();
    await holds(message, '');
    await page.keyboard.type('half a ');
    await gateway.kill();
    await isAway(page);
    await page.keyboard.type('line');
    const again = await serve('chat', { port: gateway.port, args: ['--role', 'gateway', ...bus] });
    await isBack(page);
    await holds(message, 'half a line');
    await page.keyboard.press('Enter');
    await page.getByText('half a line', { exact: true }).first().waitFor();
    // What the server cleared stays cleared.
    await holds(message, '');
    await leave();
    await Promise.all([broker, worker, again].map((program) => program.kill()));
    await rm(folder, { recursive: true });
}

export const lines = {
    'what is typed outlives a server that goes and comes': restart,
    'what is typed outlives a gateway that is killed': gatewayKilled,
};
