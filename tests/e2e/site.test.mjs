// The documentation's site in a browser, from the file system: no server, no network.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { test, visit } from './support.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const out = mkdtempSync(join(tmpdir(), 'troupe-site-'));
after(() => rmSync(out, { recursive: true }));
execFileSync('node', [fileURLToPath(new URL('../../tools/site/build.mjs', import.meta.url)), out]);

const address = (page) => pathToFileURL(join(out, page)).href;
// The browser itself gives the icon up when a page is left early.
const isHarmless = [/icon\.svg net::ERR_ABORTED/];
const WIDE = { viewport: { width: 1280, height: 900 }, isHarmless };
const NARROW = { viewport: { width: 390, height: 844 }, isHarmless };

// One of each kind: a start, a text with programs, tables, an index, both references, drawings.
const KINDS = [
    'index.html',
    'tutorial.html',
    'howto/state.html',
    'metrics.html',
    'reference/index.html',
    'reference/controls/button.html',
    'reference/headers/page.html',
    'architecture.html',
    'decisions/0029-documents-as-a-site.html',
];

// All rules, or those named. Nothing is loaded for it: style sheets from the file system cannot be.
async function faultsOf(page, rules) {
    await page.evaluate(axe);
    return page.evaluate(async (runOnly) => {
        const { violations } = await window.axe.run(document, { preload: false, ...(runOnly && { runOnly }) });
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
    }, rules);
}

// What the theme does not change is looked at once.
for (const [colorScheme, kinds, rules] of [
    ['light', KINDS],
    ['dark', KINDS.slice(0, 4), ['color-contrast']],
])
    test(`pages have no fault of accessibility: ${colorScheme}`, async () => {
        const { page, leave } = await visit(address('index.html'), { ...WIDE, colorScheme });
        const asked = [];
        page.on('request', (request) => asked.push(request.url()));
        const faults = {};
        for (const name of kinds) {
            await page.goto(address(name));
            const found = await faultsOf(page, rules);
            if (found.length > 0) faults[name] = found;
        }
        assert.deepEqual(faults, {});
        assert.deepEqual(
            asked.filter((url) => !url.startsWith('file:')),
            [],
        );
        await leave();
    });

test('a phone shows the text, and the pages when it is asked', async () => {
    const { page, leave } = await visit(address('index.html'), NARROW);
    for (const name of KINDS) {
        await page.goto(address(name));
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wider <= 0, `${name} is ${wider} px wider than the screen`);
    }
    const pages = page.getByRole('navigation', { name: 'Pages' });
    assert.equal(await pages.isVisible(), false);
    await page.getByRole('button', { name: 'Pages' }).click();
    assert.deepEqual(await faultsOf(page), []);
    await pages.getByRole('link', { name: 'From nothing to a chat' }).click();
    await page.getByRole('heading', { name: 'From nothing to a chat', level: 1 }).waitFor();
    assert.equal(await pages.isVisible(), false);
    await leave();
});

test('words are searched for and a result is opened, with the keyboard alone', async () => {
    const { page, leave } = await visit(address('howto/state.html'), WIDE);
    await page.keyboard.press('/');
    await page.getByRole('searchbox').waitFor();
    await page.keyboard.type('upload');
    await page
        .getByRole('dialog')
        .getByRole('link', { name: /^Uploads/ })
        .waitFor();
    assert.match(await page.getByRole('status').textContent(), /found/);
    assert.deepEqual(await faultsOf(page), []);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('ui_text_field');
    await page.locator('#results li:first-child a[href$="#ui_text_field"]').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/input\.html#ui_text_field$/);
    await page.getByRole('heading', { name: 'ui_text_field', exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('qqqqqqqq');
    await page.getByText('Nothing is found').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').waitFor({ state: 'hidden' });
    await leave();
});

test("the theme is the system's until one is chosen, on all pages from then on", async () => {
    const { page, leave } = await visit(address('index.html'), { ...WIDE, colorScheme: 'dark' });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).waitFor();
    const light = await paper();
    assert.notEqual(light, dark);
    await page.goto(address('tutorial.html'));
    assert.equal(await paper(), light);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    assert.equal(await paper(), dark);
    await leave();
});

test('without scripts the pages are read and reached all the same', async () => {
    const { page, leave } = await visit(address('index.html'), { ...NARROW, javaScriptEnabled: false });
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'From nothing to a chat' }).click();
    await page.getByRole('heading', { name: 'From nothing to a chat', level: 1 }).waitFor();
    await leave();
});
