import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsItsWidth, isAccessible, serve, shows, visit } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('two handlers wait three seconds while a third answers at once', { timeout: 120_000 }, async () => {
    const server = await serve('handlers');
    const { page, leave } = await visit(server.url);
    const sync = page.getByText('Handler clicked', { exact: true });
    const async = page.getByText('Async handler clicked', { exact: true });
    const start = performance.now();
    const passed = () => performance.now() - start;
    for (let i = 0; i < 3; i++) {
        await button(page, 'Call handler').click();
        await button(page, 'Call async handler').click();
    }
    await button(page, 'Click me meanwhile').click();
    await button(page, 'Click me meanwhile').click();
    await shows(page, 'clicks', 'Clicked 2 times meanwhile');
    assert.equal(await sync.count(), 0);
    assert.equal(await async.count(), 0);
    assert.ok(passed() < 3000, 'answered while the others wait');
    await sync.nth(2).waitFor();
    await async.nth(2).waitFor();
    assert.ok(passed() > 2900, 'the others did wait');
    assert.ok(passed() < 6000, 'and waited together, not one after the other');
    assert.equal(await sync.count(), 3);
    assert.equal(await async.count(), 3);
    await leave();
    await server.kill();
});

test('what was started before a reload arrives after it', { timeout: 120_000 }, async () => {
    const server = await serve('handlers');
    const { page, leave } = await visit(server.url);
    await button(page, 'Call async handler').click();
    await button(page, 'Click me meanwhile').click();
    await shows(page, 'clicks', 'Clicked 1 times meanwhile');
    await page.reload();
    await shows(page, 'clicks', 'Clicked 1 times meanwhile');
    await page.getByText('Async handler clicked').waitFor();
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    test(`handlers is accessible and narrow, ${colorScheme}`, { timeout: 120_000 }, async () => {
        const server = await serve('handlers');
        const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 320, height: 600 } });
        await button(page, 'Call handler').waitFor();
        await isAccessible(page);
        await fitsItsWidth(page);
        await leave();
        await server.kill();
    });
