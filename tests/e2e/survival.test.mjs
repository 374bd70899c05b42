import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAway, isBack, serve, shows, test, until, visit } from './support.mjs';

const withStore = async (body) => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-e2e-'));
    const file = join(folder, 'sessions');
    // Everything said before `text` is on disk once that is.
    const isWritten = (text) => until(`'${text}' is written`, async () => readFileSync(file).includes(text));
    try {
        await body({ args: ['--store', `lmdb:${file}`] }, isWritten);
    } finally {
        rmSync(folder, { recursive: true });
    }
};

test('a killed server goes on where it was: things, and what is being typed', () =>
    withStore(async (options, isWritten) => {
        let server = await serve('todo', options);
        const { page, leave } = await visit(server.url, { isServerLost: true });
        const field = page.getByRole('textbox').first();
        for (const [round, thing] of ['milk', 'bread', 'a second-hand bicycle'].entries()) {
            await field.fill(thing);
            await field.press('Enter');
            await page.getByText(thing).waitFor();
            await isWritten(thing);
            await field.pressSequentially(`half a thought ${round}`);
            await server.kill();
            await isAway(page);
            server = await serve('todo', { ...options, port: server.port });
            await isBack(page);
            await page.getByText(thing).waitFor();
            assert.equal(await field.inputValue(), `half a thought ${round}`);
        }
        for (const thing of ['milk', 'bread', 'a second-hand bicycle'])
            assert.equal(await page.getByText(thing, { exact: true }).count(), 1, thing);
        await leave();
        await server.kill();
    }));

test('an orderly restart keeps the very last click', () =>
    withStore(async (options) => {
        let server = await serve('counter', options);
        const { page, leave } = await visit(server.url, { isServerLost: true });
        const add = page.getByRole('button', { name: 'Add one' });
        await add.evaluate((button) => {
            for (let i = 0; i < 50; i++) button.click();
        });
        await shows(page, 'count', '50');
        await server.kill('SIGTERM');
        assert.equal(server.child.exitCode, 0);
        server = await serve('counter', { ...options, port: server.port });
        await isBack(page);
        await shows(page, 'count', '50');
        await add.click();
        await shows(page, 'count', '51');
        await leave();
        await server.kill();
    }));
