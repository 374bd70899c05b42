import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
    catchesWords,
    fitsItsWidth,
    holds,
    isAccessible,
    isAt,
    key,
    pagesOn,
    run,
    serve,
    shows,
    test,
    until,
    visit,
} from './support.mjs';

const text = (page) => page.getByRole('textbox', { name: 'Message' });
const lines = (page) => page.locator(key('lines'));
const reads = (page, words) => lines(page).getByText(words, { exact: true }).first().waitFor();

async function comes(url, name, options) {
    const visitor = await visit(url, options);
    await visitor.page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await visitor.page.keyboard.press('Enter');
    await text(visitor.page).waitFor();
    return visitor;
}

async function say(page, ...all) {
    for (const words of all) {
        await text(page).fill(words);
        await text(page).press('Enter');
        await reads(page, words);
    }
}

test('two people talk', async () => {
    const server = await serve('chat');
    const ada = await comes(server.url, 'Ada');
    await say(ada.page, 'Anybody there?');
    const grace = await comes(server.url, 'Grace');
    await reads(grace.page, 'Anybody there?');
    await shows(ada.page, 'here', /2 here/);
    // The field has the focus once one has a name; Enter sends, Shift+Enter begins a line.
    await grace.page.waitForFunction(() => document.activeElement?.localName.includes('text-field'));
    const isTyping = await catchesWords(ada.page, 'Grace is typing…');
    await grace.page.keyboard.type('Yes,');
    await isTyping();
    await grace.page.keyboard.press('Shift+Enter');
    await grace.page.keyboard.type('I am');
    await grace.page.keyboard.press('Enter');
    await lines(ada.page)
        .getByText(/Yes,\s+I am/)
        .waitFor();
    await ada.page.getByText('Grace is typing…').waitFor({ state: 'detached' });
    await holds(text(grace.page), '');
    // A room of its own, by address and by click.
    await grace.page.getByRole('button', { name: '# random' }).click();
    await shows(grace.page, 'room', '# random');
    await isAt(grace.page, '/random');
    await shows(ada.page, 'here', /1 here/);
    await say(grace.page, 'Quiet here');
    await ada.page.locator(key('tile random')).getByText('1', { exact: true }).waitFor();
    await grace.page.goBack();
    await shows(grace.page, 'room', '# general');
    await reads(grace.page, 'Anybody there?');
    await grace.leave();
    await shows(ada.page, 'here', /1 here/);
    // A reload keeps the session; another tab of the same browser is known by name.
    const tab = await ada.context.newPage();
    await tab.goto(`${server.url}/random`);
    await reads(tab, 'Quiet here');
    await text(tab).waitFor();
    await ada.leave();
    await server.kill();
});

test('it follows what is said, unless one reads further up, and marks what came meanwhile', async () => {
    const server = await serve('chat');
    const ada = await comes(server.url, 'Ada', { viewport: { width: 360, height: 480 } });
    const grace = await comes(server.url, 'Grace');
    const many = Array.from({ length: 30 }, (_, i) => `Line ${i}`);
    await say(grace.page, ...many);
    await reads(ada.page, 'Line 29');
    const atEnd = () =>
        ada.page.waitForFunction(() => {
            const list = document.querySelector('[data-key="lines"]');
            return list.scrollHeight - list.clientHeight - list.scrollTop < 24;
        });
    await atEnd();
    await lines(ada.page).evaluate((list) => list.scrollTo({ top: 0, behavior: 'instant' }));
    await ada.page.waitForFunction(() => document.querySelector('[data-key="lines"]').scrollTop === 0);
    await say(grace.page, 'Still there?');
    await reads(ada.page, 'Still there?');
    assert.equal(await lines(ada.page).evaluate((list) => list.scrollTop), 0);
    await lines(ada.page).evaluate((list) => list.scrollTo({ top: list.scrollHeight, behavior: 'instant' }));
    await say(grace.page, 'Hello?');
    await reads(ada.page, 'Hello?');
    await atEnd();
    // Hidden, as by another tab in front.
    await ada.page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    });
    await say(grace.page, 'Are you away?');
    await ada.page.waitForFunction(() => document.title === '(1) general');
    await ada.page.locator(key('marker')).waitFor();
    await ada.page.evaluate(() => {
        delete document.hidden;
        document.dispatchEvent(new Event('visibilitychange'));
    });
    await ada.page.waitForFunction(() => document.title === 'general');
    await say(ada.page, 'Back');
    await ada.page.locator(key('marker')).waitFor({ state: 'detached' });
    await ada.leave();
    await grace.leave();
    await server.kill();
});

// A page on the first worker may be handed to the second one at any time, and those on the second one stay: it is
// the second one that ends. Which pages it has is asked.
const NAMES = ['Bea', 'Cem', 'Dora', 'Eva', 'Finn', 'Gil', 'Hal'];
for (const signal of ['SIGKILL', 'SIGTERM'])
    test(`over two workers, one of which ends by ${signal}`, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'bus-'));
        const endpoint = ['--broker', `ipc://${folder}/broker`];
        const worker = () => run('chat', ['--role', 'worker', '--threads', '1', '--admin', '0', ...endpoint]);
        const broker = run('chat', ['--role', 'broker', ...endpoint]);
        const first = worker();
        const gateway = await serve('chat', { args: ['--role', 'gateway', '--threads', '1', ...endpoint] });
        const ada = await comes(gateway.url, 'Ada', { isServerLost: true });
        await say(ada.page, 'One', 'Two');
        const second = worker();
        await second.says(/worker at/);
        const all = [ada];
        for (const name of NAMES)
            if (all.length < 3 || (await pagesOn(second)) === 0)
                all.push(await comes(gateway.url, name, { isServerLost: true }));
        await shows(ada.page, 'here', new RegExp(`${all.length} here`));
        for (const { page } of all) await reads(page, 'Two');
        await say(all[1].page, 'Three');
        await say(ada.page, 'Four');
        for (const { page } of all) for (const words of ['Three', 'Four']) await reads(page, words);
        // They come by balance, too.
        const count = await until('the second worker has a page', () => pagesOn(second));
        const session = ({ page }) => page.evaluate(() => JSON.stringify({ ...sessionStorage }));
        const before = await Promise.all(all.map(session));
        await second.kill(signal);
        // Killed, who was there begins anew on the other one, under the name that the browser knows, in the same
        // room, with all that was said. Stopped, it hands its sessions over.
        await until(
            `${signal === 'SIGKILL' ? count : 0} pages have begun anew`,
            () => Promise.all(all.map(session)),
            (sessions) => signal === 'SIGTERM' || sessions.filter((id, i) => id !== before[i]).length >= count,
        );
        // Said by one who came since, as a page that has not noticed yet loses what is typed there.
        all.push(await comes(gateway.url, 'Zoe', { isServerLost: true }));
        await say(all.at(-1).page, 'Five');
        for (const { page } of all)
            for (const words of ['One', 'Two', 'Three', 'Four', 'Five']) await reads(page, words);
        for (const { page } of all) await shows(page, 'here', new RegExp(`${all.length} here`));
        if (signal === 'SIGTERM') assert.deepEqual(await Promise.all(all.slice(0, -1).map(session)), before);
        for (const visitor of all) await visitor.leave();
        await Promise.all([broker, first, gateway].map((program) => program.kill()));
        await rm(folder, { recursive: true });
    });

for (const colorScheme of ['light', 'dark'])
    for (const width of [360, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await serve('chat');
            const folder = process.env.SCREENSHOTS;
            const shot = async (page, name) => {
                if (!folder) return;
                await mkdir(folder, { recursive: true });
                await page.screenshot({ path: `${folder}/chat-${name}-${colorScheme}-${width}.png` });
            };
            const options = { colorScheme, viewport: { width, height: width === 360 ? 640 : 720 } };
            const ada = await visit(server.url, options);
            await ada.page.getByRole('textbox', { name: 'Your name' }).waitFor();
            await ada.page.getByText('Nothing has been said here yet.').waitFor();
            await shot(ada.page, 'empty');
            await isAccessible(ada.page);
            await ada.leave();
            const grace = await comes(server.url, 'Grace Hopper', options);
            const bob = await comes(server.url, 'Bob');
            await say(
                bob.page,
                'Good morning!',
                'Has anybody seen the moth?',
                'It was in relay 70 of panel F, and I taped it into the logbook so that everybody can look at it: https://example.org/a-very-long-address-without-any-place-to-break-it/0123456789',
            );
            await say(grace.page, 'First actual case of bug being found.');
            await say(bob.page, 'Ha!');
            await bob.page.getByRole('button', { name: '# help' }).click();
            await bob.page.getByText('Nothing has been said here yet.').waitFor(); // the other room is there
            await say(bob.page, 'Help, please');
            await bob.page.goBack();
            await reads(bob.page, 'Ha!');
            const isTyping = await catchesWords(grace.page, 'Bob is typing…');
            await text(bob.page).pressSequentially('I ');
            await isTyping();
            await shot(grace.page, 'talk');
            await isAccessible(grace.page);
            await fitsItsWidth(grace.page);
            await grace.page.locator(key('here')).click();
            await grace.page.getByRole('dialog').getByText('Bob').waitFor();
            await shot(grace.page, 'who');
            await grace.leave();
            await bob.leave();
            await server.kill();
        });
