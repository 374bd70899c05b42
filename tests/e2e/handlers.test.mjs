import assert from 'node:assert/strict';
import { fitsItsWidth, isAccessible, serve, shows, test, visit } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('two handlers wait three seconds while a third answers at once', async () => {
    const server = await serve('handlers');
    const { page, leave } = await visit(server.url);
    const [sync, async, meanwhile] = await Promise.all(
        ['Call handler', 'Call async handler', 'Click me meanwhile'].map((name) => button(page, name).elementHandle()),
    );
    // Pressed and seen within the page, so that a slow machine is no part of it: when each line came.
    const lines = await page.evaluate(
        (presses) =>
            new Promise((resolve) => {
                const lines = [];
                const count = (text) => document.body.innerText.split('\n').filter((line) => line === text).length;
                new MutationObserver(() => {
                    for (const text of ['Clicked 2 times meanwhile', 'Handler clicked', 'Async handler clicked'])
                        while (lines.filter((line) => line.text === text).length < count(text))
                            lines.push({ text, ms: performance.now() });
                    if (lines.length === 7) resolve(lines);
                }).observe(document.body, { subtree: true, childList: true, characterData: true });
                for (const press of presses) press.click();
            }),
        [sync, async, sync, async, sync, async, meanwhile, meanwhile],
    );
    assert.equal(lines[0].text, 'Clicked 2 times meanwhile', 'it is answered while the others wait');
    const together = lines[6].ms - lines[1].ms;
    // Three that waited in turn would be two waits of three seconds apart.
    assert.ok(together < 6000, `they wait together, not one after the other: ${together} ms apart`);
    await leave();
    await server.kill();
});

test('what was started before a reload arrives after it', async () => {
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
    test(`handlers is accessible and narrow, ${colorScheme}`, async () => {
        const server = await serve('handlers');
        const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 320, height: 600 } });
        await button(page, 'Call handler').waitFor();
        await isAccessible(page);
        await fitsItsWidth(page);
        await leave();
        await server.kill();
    });
