// A value that comes while it cannot be shown is shown as soon as it can.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import type { Node } from '../test/support/mock.ts';
import { by, closeBrowser, stage, type Stage } from './browser.ts';

after(closeBrowser);

const has = (s: Stage, key: string, wanted: unknown) =>
    s.page.waitForFunction(
        ([key, wanted]) =>
            (document.querySelector(`[data-key="${String(key)}"]`) as unknown as { value: unknown } | null)?.value ===
            wanted,
        [key, wanted],
    );

test('a slider that is put back during the drag shows it when the drag ends', async () => {
    let slider!: Node;
    const s = await stage((mock) => {
        slider = mock.make('Slider', {
            min: 0,
            max: 100,
            divisions: 10,
            value: 20,
            key: 'slider',
            width: 400,
            on_change_end: () => undefined,
            on_change: () => mock.set(slider, { value: 20 }),
        });
        mock.controls.push(slider);
    });
    await s.page.locator(`md-slider${by('slider')}`).waitFor();
    const at = (await s.page.locator(by('slider')).boundingBox())!;
    const y = at.y + at.height / 2;
    await s.page.mouse.move(at.x + at.width * 0.2, y);
    await s.page.mouse.down();
    await s.page.mouse.move(at.x + at.width * 0.7, y, { steps: 4 });
    await s.mock.waitFor(
        (p) => p.action === Action.Event && p.body['name'] === 'change' && (p.body['data'] as number) >= 60,
    );
    // A round trip, so that the answer to the last report is here.
    s.mock.send(Action.Invoke, { control_id: 1, call_id: 'x', name: 'push_route', args: { route: '/a' } });
    await s.mock.waitFor((p) => p.action === Action.Invoke && p.body['call_id'] === 'x');
    await s.page.mouse.up();
    await s.mock.waitFor((p) => p.action === Action.Event && p.body['name'] === 'change_end');
    await has(s, 'slider', 20);
    // A drag back to where it began is no change for the browser; what comes after it is shown.
    const since = s.mock.heard.length;
    await s.page.mouse.move(at.x + at.width * 0.2, y);
    await s.page.mouse.down();
    await s.page.mouse.move(at.x + at.width * 0.5, y, { steps: 3 });
    await s.page.mouse.move(at.x + at.width * 0.2, y, { steps: 3 });
    await s.page.mouse.up();
    await s.mock.waitFor((p) => p.action === Action.Event && p.body['name'] === 'change_end', since);
    s.mock.set(slider, { value: 90 });
    await has(s, 'slider', 90);
    await s.done();
});

test('a dropdown shows its value when the option comes, and nothing when it goes', async () => {
    let dropdown!: Node;
    const s = await stage((mock) => {
        const options = ['a', 'b'].map((name) => mock.make('DropdownOption', { key: name, text: `Text ${name}` }));
        dropdown = mock.make('Dropdown', { options, value: 'c', key: 'dd', label: 'Pick' });
        mock.controls.push(dropdown);
    });
    const shown = (text: string) =>
        s.page.waitForFunction((text) => {
            const root = document.querySelector('[data-key=dd]') as unknown as { displayText?: string } | null;
            return root && root.displayText === text;
        }, text);
    await shown('');
    s.mock.edit(dropdown, 'options', [1, 2, s.mock.make('DropdownOption', { key: 'c', text: 'Text c' })]);
    await shown('Text c');
    // A value before its option, in one packet each.
    s.mock.set(dropdown, { value: 'd' });
    await shown('');
    s.mock.edit(dropdown, 'options', [1, 3, s.mock.make('DropdownOption', { key: 'd', text: 'Text d' })]);
    await shown('Text d');
    s.mock.edit(dropdown, 'options', [2, 3]);
    await shown('');
    s.mock.set(dropdown, { value: 'a' });
    await shown('Text a');
    s.mock.set(dropdown, { value: null });
    await shown('');
    s.mock.set(dropdown, { value: 'a' });
    await shown('Text a');
    await s.done();
});

test('a dialog that is closed and opened at once is open; a snack bar can be shown again', async () => {
    let [dialog, snack] = [] as unknown as [Node, Node];
    const s = await stage((mock) => {
        dialog = mock.make('AlertDialog', { title: 'Again', open: true, key: 'dialog', on_dismiss: () => undefined });
        snack = mock.make('SnackBar', { content: 'News', open: true, duration: 60_000, show_close_icon: true });
        (mock.page['_dialogs'] as Node)['controls'] = [dialog, snack];
    });
    await s.page.getByText('Again').waitFor();
    s.mock.set(dialog, { open: false });
    s.mock.set(dialog, { open: true });
    s.mock.send(Action.Invoke, { control_id: 1, call_id: 'x', name: 'push_route', args: { route: '/a' } });
    await s.mock.waitFor((p) => p.action === Action.Invoke && p.body['call_id'] === 'x');
    await s.page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    await s.page.locator('dialog[open][data-key=dialog]').waitFor();
    assert.equal(dialog['open'], true);
    s.mock.set(dialog, { open: false });
    await s.page.getByText('Again').waitFor({ state: 'hidden' });
    await s.page.getByRole('button', { name: 'Close' }).click();
    await s.page.getByText('News').waitFor({ state: 'hidden' });
    s.mock.set(snack, { open: true, _dismissed: false });
    await s.page.getByText('News').waitFor();
    await s.done();
});

test('radios follow their group, whatever was chosen, and not the group around it', async () => {
    let group!: Node;
    const s = await stage((mock) => {
        const radio = (value: string) => mock.make('Radio', { value, label: value, key: value });
        const inner = mock.make('RadioGroup', {
            value: 'y',
            content: mock.make('Column', { controls: [radio('x'), radio('y')] }),
        });
        group = mock.make('RadioGroup', {
            value: 'a',
            content: mock.make('Column', { controls: [radio('a'), radio('b'), inner] }),
            on_change: () => mock.set(group, { value: 'a' }),
        });
        mock.controls.push(group);
    });
    const checked = () =>
        s.page.evaluate(() =>
            [...document.querySelectorAll<HTMLInputElement>('md-radio')]
                .filter((radio) => radio.checked)
                .map(({ value }) => value)
                .join(),
        );
    await s.page.waitForFunction(() => document.querySelectorAll('md-radio').length === 4);
    assert.equal(await checked(), 'a,y');
    const since = s.mock.heard.length;
    await s.page.locator(`${by('b')} md-radio`).click();
    await s.mock.waitFor((p) => p.action === Action.Event && p.body['name'] === 'change', since);
    await s.page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-key=a] md-radio')!.checked);
    assert.equal(await checked(), 'a,y');
    await s.done();
});

test('code and icons that do not come at first come later', async () => {
    let isAway = true;
    const s = await stage(() => undefined);
    await s.page.route(/assets\/(slider|chunk)-.*\.js|icons-.*\.json/, (route) =>
        isAway ? route.abort() : route.continue(),
    );
    const far = s.mock.make('Icon', { icon: (1 << 16) | 900, key: 'icon' });
    s.mock.edit(s.mock.view, 'controls', [1, 0, s.mock.make('Slider', { value: 0.5, key: 'late' })], [1, 1, far]);
    await s.page.waitForFunction(() => document.querySelector('[aria-busy=true]'));
    await s.page.waitForTimeout(700);
    isAway = false;
    await s.page.locator('md-slider').waitFor();
    await s.page.waitForFunction(() => document.querySelector('[data-key=icon] path')?.getAttribute('d'));
    await s.done();
});

test('what stands in for a control is not found as the control, and takes nothing that is meant for it', async () => {
    const s = await stage(() => undefined);
    let come: () => void = () => undefined;
    const held = new Promise<void>((done) => (come = done));
    await s.page.route(/assets\/listtile-.*\.js/, (route) => held.then(() => route.continue()));
    const tile = s.mock.make('ListTile', { title: 'Here', key: 'tile', on_click: () => undefined });
    s.mock.edit(s.mock.view, 'controls', [1, 0, tile]);
    await s.page.locator('[aria-busy=true]').waitFor();
    const pressed = s.page.locator(by('tile')).click();
    const heard = s.mock.waitFor((p) => p.action === Action.Event && p.body['name'] === 'click');
    assert.equal(await s.page.locator(`${by('tile')}, [data-control=ListTile]`).count(), 0);
    come();
    await pressed;
    await heard;
    assert.deepEqual(s.errors, []);
    await s.done();
});
