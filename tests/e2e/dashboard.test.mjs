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
    const chart = page.locator(key('traffic'));
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
    // Packets that were on their way have arrived; then nothing moves.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const paused = await path(page);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    assert.equal(await path(page), paused);
    await page.getByRole('button', { name: '60 s' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.waitForFunction(
        (d) => document.querySelector('path[data-control=LineChartData]').getAttribute('d') !== d,
        paused,
    );
    assert.match(await chart.getAttribute('aria-label'), /201 points/);
    // A bar and a slice say what they are.
    const place = await page.evaluate(() => {
        const { x, y, width } = document.querySelector('rect[data-control=BarChartRod]').getBoundingClientRect();
        return { x: x + width / 2, y: y + 5 };
    });
    await page.mouse.move(place.x, place.y);
    await page
        .locator(`${key('regions')} .t-chart-tip`)
        .filter({ hasText: /^\d+$/ })
        .waitFor();
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Light' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    assert.ok(await hasVisibleFocus(page));
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
    const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length;
    console.log(
        `${(sizes.length / seconds).toFixed(1)} updates/s, ${mean.toFixed(0)} bytes each, at most ${Math.max(...sizes)}`,
    );
    assert.deepEqual(after, before);
    assert.ok(mean < 1500, `${mean} bytes an update`);
    assert.ok(Math.max(...sizes) < 4000, `${Math.max(...sizes)} bytes in one`);
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
