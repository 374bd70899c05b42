// The first page shows when it is whole: nothing moves away under the finger as its code comes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import { by, closeBrowser, stage, type Stage } from './browser.ts';

after(closeBrowser);

// A page whose first control's code is held back, and a button below it.
async function held(): Promise<{ s: Stage; come: () => void }> {
    const s = await stage((mock) => {
        mock.controls.push(mock.make('ListTile', { title: 'Above', subtitle: 'of some height', key: 'tile' }));
        mock.controls.push(mock.make('FilledButton', { content: 'Press', key: 'press', on_click: () => undefined }));
    });
    let come: () => void = () => undefined;
    const code = new Promise<void>((done) => (come = done));
    await s.page.route(/assets\/listtile-.*\.js/, (route) => code.then(() => route.continue()));
    await s.page.reload();
    await s.page.locator('.t-coming').waitFor({ state: 'attached' });
    return { s, come };
}

test('it is seen, and takes presses, once all of it is there', async () => {
    const { s, come } = await held();
    const shown = s.page.evaluate(
        () =>
            new Promise<boolean>((done) => {
                const look = () =>
                    document.querySelector('.t-coming')
                        ? requestAnimationFrame(look)
                        : done(!document.querySelector('.t-pending, .t-boot'));
                look();
            }),
    );
    assert.equal(await s.page.locator('main').evaluate((main) => getComputedStyle(main).pointerEvents), 'none');
    come();
    assert.equal(await shown, true);
    await s.page.locator(by('press')).click();
    await s.mock.waitFor((p) => p.action === Action.Event && p.body['name'] === 'click');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('code that does not come does not keep the rest away', async () => {
    const { s, come } = await held();
    await s.page.locator(by('press')).click();
    await s.mock.waitFor((p) => p.action === Action.Event && p.body['name'] === 'click');
    assert.equal(await s.page.locator(by('tile')).count(), 0);
    come();
    await s.page.locator(by('tile')).waitFor();
    await s.done();
});
