import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
    complaintsOf,
    fitsItsWidth,
    hasVisibleFocus,
    isAccessible,
    key,
    serve,
    shows,
    test,
    until,
    visit,
} from './support.mjs';

const line = (page) => page.locator(`${key('chart')} path[data-control=LineChartData]`).last();
const sorter = (page, name) => page.getByRole('button', { name, exact: true });
// At once: between finding the cells and reading them rows may change their places.
const column_texts = (page, number) =>
    page.evaluate(
        (cells) => [...document.querySelectorAll(cells)].map((cell) => cell.textContent),
        `${key('processes')} tbody td:nth-child(${number})`,
    );

// The chart moves with every sample that is drawn.
async function moves(page) {
    const before = await line(page).getAttribute('d');
    await page.waitForFunction(
        ([name, old]) => {
            const paths = document.querySelectorAll(`[data-key="${name}"] path[data-control=LineChartData]`);
            return paths[paths.length - 1]?.getAttribute('d') !== old;
        },
        ['chart', before],
    );
}

const kib = (text) => {
    const [, value, unit] = /^([\d.]+) (\w+)$/.exec(text);
    return Number(value) * 1024 ** ['KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit);
};

function isFalling(numbers) {
    assert.ok(
        numbers.every((n, i) => i === 0 || numbers[i - 1] >= n),
        `not in order: ${numbers}`,
    );
}

test('values are live, drawn, and told in words', async () => {
    const server = await serve('monitor');
    const { page, leave } = await visit(server.url);
    await page.getByRole('heading', { name: 'System monitor' }).waitFor();
    await shows(page, 'cpu', /^\d+ %$/);
    await shows(page, 'memory-note', /^[\d.]+ [KMGT]iB of [\d.]+ [KMGT]iB$/);
    await page.getByRole('progressbar', { name: 'Core 0' }).waitFor();
    // On a machine that is busy throughout the line is flat, and a flat path counts as hidden.
    await line(page).waitFor({ state: 'attached' });
    await moves(page);
    await moves(page);
    const chart = page.getByRole('img', { name: /^Line chart\. Series 1: \d+ points?, lowest / });
    await chart.waitFor();
    await page
        .locator(`${key('processes')} tbody tr`)
        .first()
        .waitFor();
    await leave();
    await server.kill();
});

test('pause stops the changes of this page only', async () => {
    const server = await serve('monitor');
    const one = await visit(server.url);
    const two = await visit(server.url);
    await moves(one.page);
    const button = one.page.getByRole('button', { name: 'Pause' });
    await button.focus();
    await one.page.keyboard.press('Enter');
    await one.page.getByRole('button', { name: 'Resume' }).waitFor();
    const still = await line(one.page).getAttribute('d');
    // The other page hears several samples meanwhile: this one would have, too.
    await moves(two.page);
    await moves(two.page);
    assert.equal(await line(one.page).getAttribute('d'), still);
    await hasVisibleFocus(one.page); // the button changed and kept it
    await one.page.keyboard.press('Enter');
    await moves(one.page);
    await one.leave();
    await two.leave();
    await server.kill();
});

test('the rate is chosen for this page only', async () => {
    const server = await serve('monitor');
    const { page, leave } = await visit(server.url);
    await moves(page);
    // Between two moves, as the page sees them: the way here takes its own time.
    const pace = () =>
        page.locator(key('chart')).evaluate(
            (chart) =>
                new Promise((done) => {
                    let since = 0;
                    const observer = new MutationObserver(() => {
                        if (since) {
                            observer.disconnect();
                            done(performance.now() - since);
                        }
                        since = performance.now();
                    });
                    observer.observe(chart, { subtree: true, childList: true, attributeFilter: ['d'] });
                }),
        );
    const choose = async (name) => {
        await page.getByRole('combobox', { name: 'Update every' }).click();
        await page.getByRole('option', { name, exact: true }).click();
    };
    await choose('0.5 s');
    await until('it moves twice a second', pace, (ms) => ms < 900); // a second as long as nothing else was chosen
    await choose('2 s');
    await until('it moves every two seconds', pace, (ms) => ms > 1400);
    await leave();
    await server.kill();
});

test('the table sorts by click and by keyboard', async () => {
    const server = await serve('monitor');
    const { page, leave } = await visit(server.url);
    const is = (name, order) =>
        page
            .locator('th', { hasText: name })
            .and(page.locator(`[aria-sort=${order}]`))
            .waitFor();
    await page
        .locator(`${key('processes')} tbody tr`)
        .first()
        .waitFor();
    await is('CPU', 'descending');
    await sorter(page, 'Memory').click();
    await is('Memory', 'descending');
    await is('CPU', 'none');
    isFalling((await column_texts(page, 3)).map(kib));
    await sorter(page, 'PID').focus();
    await page.keyboard.press('Enter');
    await is('PID', 'ascending');
    isFalling((await column_texts(page, 4)).map(Number).reverse());
    await page.keyboard.press('Space');
    await is('PID', 'descending');
    isFalling((await column_texts(page, 4)).map(Number));
    await hasVisibleFocus(page);
    await page.reload();
    await is('PID', 'descending');
    await leave();
    await server.kill();
});

// A /proc of our own: many cores, names made to mislead, no network, no disks, no swap.
function strangeMachine() {
    const proc = mkdtempSync(join(tmpdir(), 'proc-'));
    const file = (name, text) => writeFileSync(join(proc, name), text);
    const cores = Array.from({ length: 64 }, (_, i) => `cpu${i} ${i} 0 0 ${100 - i} 0 0 0 0 0 0`);
    file('stat', ['cpu  10 0 0 90 0 0 0 0 0 0', ...cores, 'intr 0'].join('\n'));
    file('meminfo', 'MemTotal:       1048576 kB\nMemFree:         524288 kB\n');
    file('loadavg', '0.50 0.25 0.10 1/10 99\n');
    file('uptime', '266400.00 1.00\n');
    const process = (pid, name, pages) => {
        mkdirSync(join(proc, String(pid)));
        if (name === undefined) return;
        const fields = [pid, '', 'S', 1, 1, 1, 0, -1, 0, 0, 0, 0, 0, 5, 5, 0, 0, 20, 0, 1, 0, 100, 0, pages];
        const text = fields
            .join(' ')
            .replace(/^(\d+) /, '$1 \0')
            .split('\0');
        writeFileSync(
            join(proc, String(pid), 'stat'),
            Buffer.concat([Buffer.from(`${text[0]}(`), name, Buffer.from(`)${text[1]}`)]),
        );
    };
    process(10, Buffer.from('a) R 1 (b c'), 1000);
    process(11, Buffer.from([0x78, 0xff, 0x0a, 0x79]), 900);
    process(12, undefined, 0);
    for (let pid = 100; pid < 700; pid++) process(pid, Buffer.from(`many ${pid}`), 1);
    return proc;
}

test('a strange machine is shown for what it is', async () => {
    const proc = strangeMachine();
    const server = await serve('monitor', { env: { MONITOR_PROC: proc } });
    const { page, leave } = await visit(server.url);
    await shows(page, 'cpu-note', 'of 64 cores');
    await until(
        'all cores are there',
        () => page.getByRole('progressbar', { name: /^Core / }).count(),
        (count) => count === 64,
    );
    await shows(page, 'memory-note', '512 MiB of 1.0 GiB');
    await shows(page, 'uptime', '3 d 2 h');
    await shows(page, 'swap-used', 'None');
    await page.getByText('No local disks are visible from here.').waitFor();
    await page.getByText('No network interface has carried anything yet.').waitFor();
    const names = await until(
        'fifteen processes are there',
        () => column_texts(page, 1),
        (all) => all.length === 15,
    );
    assert.deepEqual(names.slice(0, 2), ['a) R 1 (b c', 'x??y']);
    await isAccessible(page);
    await fitsItsWidth(page);
    await leave();
    assert.deepEqual(complaintsOf(server.log), []);
    await server.kill();
    rmSync(proc, { recursive: true });
});

for (const colorScheme of ['light', 'dark'])
    test(`the monitor is accessible at any width, ${colorScheme}`, async () => {
        const server = await serve('monitor');
        const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 1280, height: 800 } });
        await moves(page);
        const shade = await page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)));
        assert.equal(shade < 128 ? 'dark' : 'light', colorScheme);
        await isAccessible(page);
        for (const width of [1280, 800, 400, 320]) {
            await page.setViewportSize({ width, height: 800 });
            await fitsItsWidth(page);
        }
        await isAccessible(page);
        await leave();
        assert.deepEqual(complaintsOf(server.log), []);
        await server.kill();
    });
