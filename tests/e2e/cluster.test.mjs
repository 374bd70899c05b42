import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, serve, shows, visit } from './support.mjs';

const add = (page) => page.getByRole('button', { name: 'Add one' });

async function cluster(count) {
    const folder = mkdtempSync(join(tmpdir(), 'bus-'));
    const endpoint = ['--broker', `ipc://${folder}/broker`];
    const broker = run('counter', ['--role', 'broker', ...endpoint]);
    const worker = run('counter', ['--role', 'worker', '--threads', '1', ...endpoint]);
    const gateways = await Promise.all(
        Array.from({ length: count }, () =>
            serve('counter', { args: ['--role', 'gateway', '--threads', '1', ...endpoint] })),
    );
    return {
        broker, worker, gateways,
        async kill() {
            await Promise.all([broker, worker, ...gateways].map((program) => program.kill()));
            rmSync(folder, { recursive: true });
        },
    };
}

test('a page opened through one gateway goes on through another', { timeout: 30_000 }, async () => {
    const all = await cluster(2);
    const [one, two] = all.gateways;
    const { page, leave } = await visit(one.url, { isServerLost: true });
    await add(page).click();
    await shows(page, 'count', '1');
    // The two have origins of their own here; behind a load balancer they share one, and this storage.
    const session = await page.evaluate(() => ({ ...sessionStorage }));
    await page.addInitScript((stored) => {
        if (!sessionStorage.length) for (const [name, value] of Object.entries(stored)) sessionStorage.setItem(name, value);
    }, session);
    await page.goto(two.url);
    await shows(page, 'count', '1');
    await add(page).click();
    await shows(page, 'count', '2');
    await page.goto(one.url);
    await shows(page, 'count', '2');
    await leave();
    await all.kill();
});

test('a gateway that dies is replaced without the page noticing much', { timeout: 30_000 }, async () => {
    const all = await cluster(1);
    const [gateway] = all.gateways;
    const { page, leave } = await visit(gateway.url, { isServerLost: true });
    await add(page).click();
    await shows(page, 'count', '1');
    await gateway.kill();
    await page.getByText('Reconnecting…').waitFor();
    await add(page).click();
    all.gateways[0] = await serve('counter', {
        port: gateway.port,
        args: ['--role', 'gateway', '--threads', '1', ...all.broker.child.spawnargs.slice(-2)],
    });
    // What was clicked meanwhile was kept, and is counted once.
    await shows(page, 'count', '2');
    await add(page).click();
    await shows(page, 'count', '3');
    await leave();
    await all.kill();
});

test('without brokers a page goes on', { timeout: 30_000 }, async () => {
    const all = await cluster(1);
    const { page, leave } = await visit(all.gateways[0].url);
    await add(page).click();
    await shows(page, 'count', '1');
    await all.broker.kill();
    await add(page).click();
    await shows(page, 'count', '2');
    assert.equal(await page.getByText('Reconnecting…').isVisible(), false);
    await leave();
    await all.kill();
});
