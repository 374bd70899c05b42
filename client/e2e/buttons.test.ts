// Buttons: elements of the platform, with a wave that is there only while it is seen.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import { by, closeBrowser, counts, hasFocus, stage } from './browser.ts';

after(closeBrowser);

const KINDS = ['ElevatedButton', 'FilledButton', 'FilledTonalButton', 'OutlinedButton', 'TextButton'];

test('a button is one element, and its wave comes and goes with the press', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        for (const kind of KINDS)
            mock.controls.push(mock.make(kind, { key: kind, content: kind, on_click: ear.on(kind) }));
    });
    const { page } = s;
    for (const kind of KINDS) {
        const button = page.getByRole('button', { name: kind, exact: true });
        assert.equal(
            await button.evaluate((it) => `${it.localName} ${it.shadowRoot} ${it.childElementCount}`),
            'button null 1',
        );
        const wave = page.locator(`${by(kind)} > .t-ripple`);
        await button.hover();
        await counts(wave, 0);
        await page.mouse.down();
        await counts(wave, 1);
        await page.mouse.up();
        await counts(wave, 0);
        await ear.next(kind);
        await button.press('Enter');
        await counts(wave, 0);
        await ear.next(kind);
    }
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a press that leaves the button, or is none, ends its wave', async () => {
    const s = await stage((mock) => mock.controls.push(mock.make('FilledButton', { key: 'go', content: 'Go' })));
    const { page } = s;
    const wave = page.locator('.t-ripple');
    await page.locator(by('go')).hover();
    await page.mouse.down();
    await counts(wave, 1);
    await page.mouse.move(600, 500);
    await counts(wave, 0);
    await page.mouse.up();
    await page.locator(by('go')).dispatchEvent('pointerdown', { isPrimary: true, button: 2 });
    await counts(wave, 0);
    await s.done();
});

test('a button becomes a link and a link a button, with what they hold and the focus', async () => {
    const s = await stage((mock) => {
        const content = mock.make('Text', { key: 'text', value: 'Manual' });
        mock.controls.push(mock.make('FilledButton', { key: 'go', content, icon: 0x10000 }));
    });
    const { page } = s;
    const [go] = s.mock.controls;
    await page.locator(by('go')).focus();
    s.mock.set(go!, { url: 'https://example.org/manual' });
    const link = page.getByRole('link', { name: 'Manual' });
    await hasFocus(link);
    assert.equal(await link.getAttribute('href'), 'https://example.org/manual');
    await counts(page.locator(`${by('go')} svg`), 1);
    // There is no link that is disabled.
    s.mock.set(go!, { disabled: true });
    await page.getByRole('button', { name: 'Manual', disabled: true }).waitFor();
    await counts(page.getByRole('link'), 0);
    s.mock.set(go!, { disabled: false, url: null });
    await page.getByRole('button', { name: 'Manual', disabled: false }).waitFor();
    await counts(page.locator(by('text')), 1);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a button has the colours, shadow and size of its style', async () => {
    const red = { bgcolor: '#ff0000' };
    const s = await stage((mock) => {
        for (const kind of KINDS) mock.controls.push(mock.make(kind, { key: kind, content: kind, style: red }));
        mock.controls.push(
            mock.make('ElevatedButton', {
                key: 'shadow',
                content: 'Shadow',
                style: { elevation: 3, shadow_color: '#00ff00' },
            }),
            mock.make('FilledButton', { key: 'tall', content: 'Tall', height: 90, style: { padding: 4 } }),
        );
    });
    const { page } = s;
    const styleOf = (name: string, of: string) =>
        page.locator(by(name)).evaluate((it, which) => getComputedStyle(it).getPropertyValue(which), of);
    await page.mouse.move(600, 550);
    for (const kind of KINDS) assert.equal(await styleOf(kind, 'background-color'), 'rgb(255, 0, 0)', kind);
    assert.match(await styleOf('shadow', 'box-shadow'), /0, 255, 0|0 1 0/);
    assert.equal((await page.locator(by('tall')).boundingBox())!.height, 90);
    await s.done();
});
