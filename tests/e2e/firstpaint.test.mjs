// A page's text is there before its code, in the browser: examples/notes.

import assert from 'node:assert/strict';
import { isAccessible, serve, test, visit } from './support.mjs';

test('without scripts the page is there to be read', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit(server.url, {
        javaScriptEnabled: false,
        isHarmless: [/\/assets\/chunk-.* csp$/], // what scripts need is not loaded
        viewport: { width: 390, height: 800 },
    });
    assert.equal(await page.title(), 'Notes');
    assert.ok(await page.getByRole('heading', { level: 1, name: 'Notes' }).isVisible());
    assert.ok(await page.getByText('Note 40', { exact: true }).isVisible());
    const [text, line] = await Promise.all(['.t-paint', 'noscript'].map((one) => page.locator(one).boundingBox()));
    assert.ok(line.height > 0 && line.y >= text.y + text.height, 'what the page needs is said below its text');
    assert.equal(await page.locator('.t-boot').isVisible(), false);
    await leave();
    await server.kill();
});

// Scripts that never do anything: axe is one itself.
test('the text is accessible and narrow, light and dark', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit('about:blank', { viewport: { width: 390, height: 800 } });
    await page.route(/assets\/.*\.js/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.goto(server.url);
    for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await isAccessible(page);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
    }
    await leave();
    await server.kill();
});

// As a screen reader finds them in the browser's own tree.
async function headings(page) {
    const devtools = await page.context().newCDPSession(page);
    const { nodes } = await devtools.send('Accessibility.getFullAXTree');
    return nodes.filter(({ ignored, role }) => !ignored && role.value === 'heading').map(({ name }) => name.value);
}

// Once there is something to be read, each frame has something: the text, or the page itself.
function watchFrames() {
    window.blanks = 0;
    window.wasSeen = false;
    const look = () => {
        const text = document.querySelector('.t-boot + .t-paint');
        const page = document.querySelector('.t-app:not(.t-coming) > .t-page .t-view-body');
        const isSeen = (text && Number(getComputedStyle(text).opacity) > 0) || page?.textContent !== undefined;
        window.wasSeen ||= isSeen;
        if (window.wasSeen && !isSeen) window.blanks++;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}

test('the page takes the place of its text, without a flash, a word twice, or another place to read on', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit('about:blank', { viewport: { width: 390, height: 600 } });
    let come;
    const code = new Promise((done) => (come = done));
    await page.route(/assets\/main-.*\.js/, (route) => code.then(() => route.continue()));
    await page.addInitScript(watchFrames);
    await page.goto(server.url, { waitUntil: 'commit' });
    const text = page.locator('.t-paint');
    const note = text.getByText('Note 20', { exact: true });
    await page.waitForFunction(() => {
        const shown = document.querySelector('.t-paint');
        return shown?.inert && getComputedStyle(shown).opacity === '1';
    });
    // Screen readers wait for the page itself.
    assert.deepEqual(await headings(page), []);
    await note.evaluate((one) => one.scrollIntoView());
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    come();
    await text.waitFor({ state: 'detached' });
    assert.equal(await page.getByText('Note 20', { exact: true }).count(), 1);
    assert.deepEqual(await headings(page), ['Notes']);
    await page.waitForFunction(() => {
        const live = [...document.querySelectorAll('.t-page .t-text, .t-page span, .t-page div')];
        const one = live.find(({ childNodes }) => childNodes.length === 1 && childNodes[0].nodeValue === 'Note 20');
        const { top } = one.getBoundingClientRect();
        return top >= 0 && top < 300;
    });
    assert.equal(await page.evaluate(() => window.blanks), 0);
    assert.equal(await page.evaluate(() => document.documentElement.scrollTop), 0);
    await isAccessible(page);
    await leave();
    await server.kill();
});
