import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { complaintsOf, fitsItsWidth, isAccessible, isAt, key, run, serve, shows, test, visit } from './support.mjs';

// "/buttons/filled-button FilledButton", a line for each page.
async function routes() {
    const program = run('gallery', ['--routes']);
    await program.closed;
    return program.log
        .trim()
        .split('\n')
        .map((line) => {
            const [route, ...name] = line.split(' ');
            return { route, name: name.join(' ') };
        });
}

// As a link within the page goes: without loading the client anew.
const go = async (page, { route, name }) => {
    await page.evaluate((path) => {
        history.pushState(null, '', path);
        dispatchEvent(new PopStateEvent('popstate'));
    }, route);
    await page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();
    await page.locator(`.t-view:not([hidden]) ${key('stage')}`).waitFor();
};

const open = async (page, url) => {
    await page.goto(url);
    await page.locator(key('stage')).waitFor();
};

test('every page opens without a complaint and is accessible', { timeout: 1_800_000 }, async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url, { viewport: { width: 1280, height: 900 } });
    await page.locator(key('groups')).waitFor();
    const folder = process.env.SCREENSHOTS;
    if (folder) await mkdir(folder, { recursive: true });
    const bad = [];
    for (const place of await routes()) {
        await go(page, place);
        await isAccessible(page).catch((error) => bad.push(`${place.route}: ${error.message}`));
        if (folder) await page.screenshot({ path: `${folder}/gallery${place.route.replaceAll('/', '-')}.png` });
    }
    assert.deepEqual(bad, []);
    await leave();
    assert.deepEqual(complaintsOf(server.log), []);
    await server.kill();
});

test('a property is switched, an event is shown, a control is found', async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url);
    await page.getByRole('textbox', { name: 'Search' }).fill('filledbutton');
    await page.locator(key('open:/buttons/filled-button')).click();
    const save = page.locator(key('stage')).getByRole('button', { name: 'Save' });
    await save.click();
    await shows(page, 'events', /on_click/);
    await page.getByRole('switch', { name: 'disabled' }).click();
    await page.waitForFunction(() => document.querySelector('[data-key="stage"] md-filled-button')?.disabled);
    await page.getByRole('textbox', { name: 'content' }).fill('Keep');
    await page.locator(key('stage')).getByText('Keep').waitFor();
    await isAt(page, '/buttons/filled-button');
    await leave();
    await server.kill();
});

test('every page fits a phone', { timeout: 1_800_000 }, async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url, { viewport: { width: 360, height: 740 } });
    await page.locator(key('groups')).waitFor();
    const bad = [];
    for (const place of await routes()) {
        await go(page, place);
        await fitsItsWidth(page).catch(() => bad.push(place.route));
    }
    assert.deepEqual(bad, []);
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    test(`it fits a phone and is accessible there, ${colorScheme}`, async () => {
        const server = await serve('gallery');
        const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 360, height: 740 } });
        await page.locator(key('groups')).waitFor();
        await isAccessible(page);
        await fitsItsWidth(page);
        for (const route of ['/buttons/filled-button', '/buttons/popup-menu-button']) {
            await open(page, server.url + route);
            await isAccessible(page);
            await fitsItsWidth(page);
        }
        await page.getByRole('button', { name: colorScheme === 'dark' ? 'Light' : 'Dark' }).click();
        await page.getByRole('button', { name: colorScheme === 'dark' ? 'Dark' : 'Light', exact: true }).waitFor();
        await isAccessible(page);
        await leave();
        await server.kill();
    });
