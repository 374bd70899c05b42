import assert from 'node:assert/strict';
import { lines } from './stories/lines.mjs';
import {
    fitsItsWidth,
    hasVisibleFocus,
    isAccessible,
    isAway,
    isBack,
    key,
    serve,
    shows,
    test,
    visit,
} from './support.mjs';

const add = (page) => page.getByRole('button', { name: 'Add one' });

test('a click counts, and fast clicks all count', async () => {
    const server = await serve('counter');
    const { page, leave } = await visit(server.url);
    await page.waitForFunction(() => document.title === 'Counter');
    await add(page).click();
    await shows(page, 'count', '1');
    await add(page).evaluate((button) => {
        for (let i = 0; i < 99; i++) button.click();
    });
    await shows(page, 'count', '100');
    await leave();
    await server.kill();
});

test('a reload keeps the number, another window has its own', async () => {
    const server = await serve('counter');
    const one = await visit(server.url);
    const two = await visit(server.url);
    for (let i = 1; i <= 3; i++) {
        await add(one.page).click();
        await shows(one.page, 'count', String(i));
    }
    await add(two.page).click();
    await shows(two.page, 'count', '1');
    await one.page.reload();
    await shows(one.page, 'count', '3');
    await add(one.page).click();
    await shows(one.page, 'count', '4');
    await shows(two.page, 'count', '1');
    await one.leave();
    await two.leave();
    await server.kill();
});

test('a duplicated tab takes over, and gives back', async () => {
    const server = await serve('counter');
    const { page, context, leave } = await visit(server.url);
    await add(page).click();
    await shows(page, 'count', '1');
    const [twin] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate(() => void window.open(location.href)),
    ]);
    await shows(twin, 'count', '1');
    await page.getByText('This page is open in another window').waitFor();
    await add(twin).click();
    await shows(twin, 'count', '2');
    await page.getByRole('button', { name: 'Use it here' }).click();
    await shows(page, 'count', '2');
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
    await twin.getByText('This page is open in another window').waitFor();
    await add(page).click();
    await shows(page, 'count', '3');
    await leave();
    await server.kill();
});

test('a server that went away and came back is found again', async () => {
    const server = await serve('counter');
    const { page, leave } = await visit(server.url, { isServerLost: true });
    await add(page).click();
    await shows(page, 'count', '1');
    await server.kill();
    await page
        .getByRole('status')
        .filter({ hasText: /Reconnecting…|does not answer/ })
        .waitFor();
    assert.equal(await page.locator(key('count')).isVisible(), true, 'the page stays in sight');
    const again = await serve('counter', { port: server.port });
    await isBack(page);
    // Nothing was stored: the number begins anew.
    await shows(page, 'count', '0');
    await add(page).click();
    await shows(page, 'count', '1');
    await leave();
    await again.kill();
});

test('typing survives a restart of the server', lines['what is typed outlives a server that goes and comes']);

test('an orderly stop of the server looks the same', async () => {
    const server = await serve('counter');
    const { page, leave } = await visit(server.url, { isServerLost: true });
    await shows(page, 'count', '0');
    await server.kill('SIGTERM');
    assert.equal(server.child.exitCode, 0);
    await isAway(page);
    const again = await serve('counter', { port: server.port });
    await isBack(page);
    await add(page).click();
    await shows(page, 'count', '1');
    await leave();
    await again.kill();
});

test('the keyboard is enough, and its focus can be seen', async () => {
    const server = await serve('counter');
    const { page, leave } = await visit(server.url);
    await add(page).waitFor();
    await page.keyboard.press('Tab');
    await hasVisibleFocus(page);
    await page.keyboard.press('Enter');
    await shows(page, 'count', '1');
    await page.keyboard.press('Space');
    await shows(page, 'count', '2');
    await leave();
    await server.kill();
});

for (const example of ['counter', 'form'])
    for (const colorScheme of ['light', 'dark'])
        test(`${example} is accessible and narrow, ${colorScheme}`, async () => {
            const server = await serve(example);
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 320, height: 600 } });
            await page.getByRole('button').waitFor();
            await isAccessible(page);
            await fitsItsWidth(page);
            await leave();
            await server.kill();
        });
