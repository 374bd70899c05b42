import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fitsItsWidth, hasVisibleFocus, isAccessible, key, serve, test, until, visit } from './support.mjs';

const drawn = (page) =>
    page.waitForFunction(
        () =>
            document.querySelectorAll('path[data-control=LineChartData][d]').length === 4 &&
            document.querySelectorAll('rect[data-control=BarChartRod]').length === 5 &&
            document.querySelectorAll('path[data-control=PieChartSection]').length === 3,
    );

const path = (page) =>
    page
        .locator(`${key('traffic')} path[data-control=LineChartData]`)
        .first()
        .getAttribute('d');

test('it moves, pauses and shows another range', async () => {
    const server = await serve('dashboard');
    const { page, leave } = await visit(server.url, { viewport: { width: 1280, height: 1000 } });
    await drawn(page);
    await page.waitForFunction(() => /highest [1-9]/.test(document.querySelector('[data-key="traffic"]').ariaLabel));
    assert.match(await page.locator(key('regions')).getAttribute('aria-label'), /^Bar chart\. EMEA: \d+\. US/);
    assert.match(await page.locator(key('answers')).getAttribute('aria-label'), /^Pie chart\. \d+ \(\d+ %\)/);
    const before = await path(page);
    await page.waitForFunction(
        (d) => document.querySelector('path[data-control=LineChartData]').getAttribute('d') !== d,
        before,
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    // Packets that were on their way come yet; then nothing moves.
    let paused;
    await until('it stands still', async () => {
        paused = await path(page);
        await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
        return (await path(page)) === paused;
    });
    await page.getByRole('button', { name: '60 s' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.waitForFunction(
        (d) => document.querySelector('path[data-control=LineChartData]').getAttribute('d') !== d,
        paused,
    );
    await page.waitForFunction(() => /201 points/.test(document.querySelector('[data-key="traffic"]').ariaLabel));
    // A bar and a slice say what they are.
    const tip = page.locator(`${key('regions')} .t-chart-tip`).filter({ hasText: /^\d+$/ });
    let shift = 0;
    await until('a bar says what it is', async () => {
        // It moves: where it was a moment ago it may be no more.
        const place = await page.evaluate(() => {
            const bar = document.querySelector('rect[data-control=BarChartRod]').getBoundingClientRect();
            return { x: bar.x + bar.width / 2, y: bar.y + bar.height / 2 };
        });
        shift = 1 - shift;
        await page.mouse.move(place.x + shift, place.y);
        return tip.isVisible();
    });
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Light' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await hasVisibleFocus(page);
    await leave();
    await server.kill();
});

test('twenty times a second, a little each time, and nothing grows', async () => {
    const server = await serve('dashboard');
    const { page, leave } = await visit('about:blank');
    const sizes = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => sizes.push(payload.length)));
    await page.goto(server.url);
    await drawn(page);
    const look = () =>
        page.evaluate(() => ({
            elements: document.querySelectorAll('*').length,
            points: document.querySelector('[data-key="traffic"]').ariaLabel.match(/(\d+) points/)?.[1],
        }));
    await page.waitForFunction(() => /201 points/.test(document.querySelector('[data-key="traffic"]').ariaLabel));
    const before = await look();
    sizes.length = 0;
    const began = performance.now();
    await until(
        'eighty updates have come',
        async () => sizes.length,
        (count) => count >= 80,
    );
    const seconds = (performance.now() - began) / 1000;
    const after = await look();
    // A machine that is slow puts several steps into one update; a page that is sent anew has 800 points in each.
    const ordered = [...sizes].sort((a, b) => a - b);
    const small = ordered[Math.floor(ordered.length / 4)];
    console.log(`${(sizes.length / seconds).toFixed(1)} updates/s, ${small} bytes or less, at most ${ordered.at(-1)}`);
    assert.deepEqual(after, before);
    assert.ok(small < 4000, `a quarter of the updates has ${small} bytes or less`);
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [360, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await serve('dashboard');
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width, height: 720 } });
            await drawn(page);
            await page.getByRole('button', { name: 'Pause' }).click();
            await page.getByRole('button', { name: 'Resume' }).waitFor();
            const folder = process.env.SCREENSHOTS;
            if (folder) {
                await mkdir(folder, { recursive: true });
                await page.screenshot({ path: `${folder}/dashboard-${colorScheme}-${width}.png` });
                await page.locator(key('regions')).scrollIntoViewIfNeeded();
                await page.screenshot({ path: `${folder}/dashboard-end-${colorScheme}-${width}.png` });
            }
            await isAccessible(page);
            await fitsItsWidth(page);
            await leave();
            await server.kill();
        });
