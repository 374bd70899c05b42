import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostOf, isAway, run, serve, shows, test, visit } from './support.mjs';

const add = (page) => page.getByRole('button', { name: 'Add one' });

async function cluster(count, example = 'counter') {
    const folder = mkdtempSync(join(tmpdir(), 'bus-'));
    const endpoint = ['--broker', `ipc://${folder}/broker`];
    const startWorker = () => run(example, ['--role', 'worker', '--threads', '1', '--admin', '0', ...endpoint]);
    const broker = run(example, ['--role', 'broker', ...endpoint]);
    const worker = startWorker();
    const gateways = await Promise.all(
        Array.from({ length: count }, () =>
            serve(example, { args: ['--role', 'gateway', '--threads', '1', ...endpoint] }),
        ),
    );
    return {
        broker,
        worker,
        gateways,
        startWorker,
        async kill() {
            await Promise.all([broker, worker, ...gateways].map((program) => program.kill()));
            rmSync(folder, { recursive: true });
        },
    };
}

test('a page opened through one gateway goes on through another', async () => {
    const all = await cluster(2);
    const [one, two] = all.gateways;
    const { page, leave } = await visit(one.url, { isServerLost: true });
    await add(page).click();
    await shows(page, 'count', '1');
    // The two have origins of their own here; behind a load balancer they share one, and this storage.
    const session = await page.evaluate(() => ({ ...sessionStorage }));
    await page.addInitScript((stored) => {
        if (!sessionStorage.length)
            for (const [name, value] of Object.entries(stored)) sessionStorage.setItem(name, value);
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

test('a gateway that dies is replaced without the page noticing much', async () => {
    const all = await cluster(1);
    const [gateway] = all.gateways;
    const { page, leave } = await visit(gateway.url, { isServerLost: true });
    await add(page).click();
    await shows(page, 'count', '1');
    await gateway.kill();
    await isAway(page);
    await add(page).click();
    all.gateways[0] = await serve('counter', {
        port: gateway.port,
        args: ['--role', 'gateway', '--threads', '1', ...all.broker.child.spawnargs.slice(-2)],
    });
    // Clicks made meanwhile were kept, and are counted once.
    await shows(page, 'count', '2');
    await add(page).click();
    await shows(page, 'count', '3');
    await leave();
    await all.kill();
});

test('without brokers a page goes on', async () => {
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

// Nothing of a move may show: a socket that was opened again would be counted.
const countSockets = (page) =>
    page.evaluate(() => {
        window.sockets = 0;
        const Plain = WebSocket;
        window.WebSocket = class extends Plain {
            constructor(...all) {
                super(...all);
                window.sockets++;
            }
        };
    });

test('a worker that is stopped hands its pages over: nobody reconnects, nothing is lost', async () => {
    const all = await cluster(1, 'todo');
    const { page, leave } = await visit(all.gateways[0].url);
    const field = page.getByLabel('What is to be done?');
    await field.fill('Milk');
    await field.press('Enter');
    await page.getByRole('checkbox', { name: 'Milk' }).waitFor();
    await page.getByRole('button', { name: 'Edit Milk' }).click();
    const edit = page.getByLabel('Edit', { exact: true });
    await edit.fill('Oat milk');
    await countSockets(page);
    const next = all.startWorker();
    await next.says(/worker at/);
    await edit.focus();
    const caret = await edit.evaluate((input) => {
        input.setSelectionRange(2, 2);
        return input.selectionStart;
    });
    const leaving = await hostOf(all.worker, next);
    const ended = leaving.kill('SIGTERM');
    await edit.pressSequentially('XYZ', { delay: 60 });
    await ended;
    assert.equal(leaving.child.exitCode, 0);
    assert.equal(await edit.inputValue(), 'OaXYZt milk');
    assert.equal(await edit.evaluate((input) => input.matches(':focus') && input.selectionStart), caret + 3);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('checkbox', { name: 'OaXYZt milk' }).waitFor();
    await field.fill('Bread');
    await field.press('Enter');
    await page.getByText('2 things left').waitFor();
    assert.equal(await page.evaluate(() => window.sockets), 0, 'no other socket was opened');
    assert.equal(await page.getByText('Reconnecting…').isVisible(), false);
    await leave();
    await all.kill();
    await next.kill();
});

test('clicks during a move count once each', async () => {
    const all = await cluster(1);
    const { page, leave } = await visit(all.gateways[0].url);
    await shows(page, 'count', '0');
    const next = all.startWorker();
    await next.says(/worker at/);
    const ended = (await hostOf(all.worker, next)).kill('SIGTERM');
    for (let i = 0; i < 60; i++) await add(page).click();
    await ended;
    for (let i = 0; i < 5; i++) await add(page).click();
    await shows(page, 'count', '65');
    await leave();
    await all.kill();
    await next.kill();
});
