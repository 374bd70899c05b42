// Menus: opened by pointer and keys, gone through, chosen from and left.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, Ear } from '../test/support/calls.ts';
import type { Node } from '../test/support/mock.ts';
import { by, closeBrowser, counts, hasFocus, stage } from './browser.ts';

after(closeBrowser);

test('menus open, are gone through with keys, and give the focus back', async () => {
    const ear = new Ear();
    let edit!: Node;
    let menu!: Node;
    const s = await stage((mock) => {
        const item = (content: string, props = {}) =>
            mock.make('PopupMenuItem', { content, on_click: ear.on(`click ${content}`), ...props });
        edit = item('Edit');
        const button = mock.make('PopupMenuButton', {
            tooltip: 'More',
            items: [
                edit,
                mock.make('PopupMenuItem'),
                item('Gone', { disabled: true }),
                item('Wrap', { checked: false }),
            ],
            ...Object.fromEntries(['open', 'cancel', 'select'].map((name) => [`on_${name}`, ear.on(name)])),
        });
        const entry = (content: string) =>
            mock.make('MenuItemButton', { content, on_click: ear.on(`click ${content}`) });
        const sub = (content: string, ...controls: Node[]) =>
            mock.make('SubmenuButton', { content, controls, on_open: ear.on(`open ${content}`) });
        const bar = mock.make('MenuBar', {
            controls: [sub('File', entry('New'), sub('Export', entry('PDF'))), sub('Help', entry('About'))],
        });
        menu = mock.make('ContextMenu', {
            key: 'field',
            content: mock.make('Container', { width: 200, height: 80, bgcolor: 'amber' }),
            items: [item('Copy'), item('Paste')],
            on_select: ear.on('chosen'),
            on_dismiss: ear.on('left'),
        });
        mock.controls.push(button, bar, menu);
    });
    const { page } = s;
    const more = page.getByRole('button', { name: 'More' });
    await more.focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await ear.next('open'), null);
    await counts(page.getByRole('separator'), 1);
    await page.keyboard.press('Escape');
    assert.equal(await ear.next('cancel'), null);
    await hasFocus(more);
    await page.keyboard.press('Enter');
    // The one that is disabled is left out.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await ear.next('click Wrap'), true);
    assert.match(String(await ear.next('select')), /^\d+$/);
    await more.click();
    await page.keyboard.press('e');
    await page.keyboard.press(' ');
    assert.equal(await ear.next('click Edit'), null);
    assert.equal(await ear.next('select'), String(edit._i));

    await page.getByRole('menuitem', { name: 'File' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    await ear.next('open File');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await ear.next('open Export');
    await page.keyboard.press('Enter');
    assert.equal(await ear.next('click PDF'), null);
    await page.getByRole('menu').first().waitFor({ state: 'hidden' });

    const area = (await page.locator(by('field')).boundingBox())!;
    await page.mouse.click(area.x + 30, area.y + 10, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Paste' }).click();
    assert.equal(await ear.next('click Paste'), null);
    const chosen = (await ear.next('chosen')) as Record<string, unknown>;
    assert.deepEqual([chosen['b'], chosen['tr'], chosen['idx'], chosen['ic']], ['secondary', 'down', 1, 2]);
    assert.deepEqual(chosen['l'], { x: 30, y: 10 });
    assert.equal(await call(s.mock, menu, 'open', {}), null);
    await page.getByRole('menuitem', { name: 'Copy' }).waitFor();
    await page.mouse.click(5, 400);
    assert.equal(((await ear.next('left')) as Record<string, unknown>)['ic'], 2);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a menu that the pointer opened takes letters at once, and a pointer that rests takes no focus', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        const items = ['Copy', 'Edit', 'Wrap'].map((content) =>
            mock.make('PopupMenuItem', { content, height: 40, on_click: ear.on(`click ${content}`) }),
        );
        const entry = (content: string, focus_on_hover: boolean) =>
            mock.make('MenuItemButton', { content, focus_on_hover });
        mock.controls.push(
            mock.make('PopupMenuButton', { tooltip: 'More', items, on_open: ear.on('open') }),
            mock.make('MenuBar', {
                controls: [
                    mock.make('SubmenuButton', {
                        content: 'File',
                        controls: [entry('New', true), entry('Still', false)],
                    }),
                ],
            }),
        );
    });
    const { page } = s;
    const more = page.getByRole('button', { name: 'More' });
    const item = (name: string) => page.getByRole('menuitem', { name });
    // No pointer is near: the focus is on the menu itself.
    await more.dispatchEvent('click');
    await hasFocus(page.getByRole('menu'));
    await page.keyboard.press('e');
    await page.keyboard.press(' ');
    assert.equal(await ear.next('click Edit'), null);

    await more.dispatchEvent('click');
    const at = (await item('Wrap').boundingBox())!;
    await page.keyboard.press('Escape');
    await page.mouse.move(at.x + 10, at.y + 10);
    // What the browser says of a menu that has come beneath a pointer, when it does so.
    await more.press('Enter');
    await item('Wrap').dispatchEvent('pointerover');
    await item('Wrap').dispatchEvent('pointerenter');
    await hasFocus(item('Copy'));
    await page.mouse.move(at.x + 12, at.y + 10);
    await hasFocus(item('Wrap'));
    await page.keyboard.press('Escape');

    await item('File').click();
    await item('New').hover();
    await hasFocus(item('New'));
    await item('Still').hover();
    await page.mouse.move(0, 0);
    await hasFocus(item('New'));
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('items whose code comes when the menu is open get the focus that the keys asked for', async () => {
    const s = await stage(() => undefined);
    let come: () => void = () => undefined;
    const held = new Promise<void>((done) => (come = done));
    await s.page.route(/assets\/popupmenuitem-.*\.js/, (route) => held.then(() => route.continue()));
    const items = ['One', 'Two'].map((content) => s.mock.make('PopupMenuItem', { content }));
    s.mock.edit(s.mock.view, 'controls', [1, 0, s.mock.make('PopupMenuButton', { tooltip: 'More', items })]);
    const more = s.page.getByRole('button', { name: 'More' });
    const item = (name: string) => s.page.getByRole('menuitem', { name });
    await more.focus();
    await s.page.keyboard.press('ArrowUp');
    await hasFocus(s.page.getByRole('menu'));
    await counts(s.page.getByRole('menuitem'), 0);
    come();
    await hasFocus(item('Two'));
    await s.page.keyboard.press('Enter');
    await hasFocus(more);
    await more.click();
    await hasFocus(s.page.getByRole('menu'));
    await s.done();
});

test('the tooltip of what opened a menu does not lie on the menu', async () => {
    const s = await stage((mock) => {
        const items = ['One', 'Two'].map((content) => mock.make('PopupMenuItem', { content }));
        const options = ['Red', 'Blue'].map((text) => mock.make('DropdownOption', { key: text, text }));
        mock.controls.push(
            mock.make('PopupMenuButton', { tooltip: 'More', items }),
            mock.make('Dropdown', { key: 'colour', label: 'Colour', tooltip: 'Of the roof', options }),
        );
    });
    const { page } = s;
    const tip = (words: string) => page.getByRole('tooltip').getByText(words);
    const more = page.getByRole('button', { name: 'More' });
    await page.keyboard.press('Tab');
    await more.focus();
    await tip('More').waitFor();
    await page.keyboard.press('ArrowDown');
    await hasFocus(page.getByRole('menuitem', { name: 'One' }));
    await tip('More').waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await page.locator(by('colour')).focus();
    await tip('Of the roof').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'Blue' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await tip('Of the roof').waitFor({ state: 'hidden' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a bar that is too wide brings the menu that keys lead to', async () => {
    const s = await stage(
        (mock) => {
            const sub = (content: string) =>
                mock.make('SubmenuButton', { content, controls: [mock.make('MenuItemButton', { content: 'About' })] });
            const controls = ['File', 'Edit', 'View', 'Insert', 'Format', 'Tools', 'Help'].map(sub);
            mock.controls.push(mock.make('MenuBar', { key: 'bar', controls }));
        },
        { viewport: { width: 390, height: 600 } },
    );
    const { page } = s;
    const item = (name: string) => page.getByRole('menuitem', { name });
    const isWithin = async (name: string) => {
        const [one, all] = [(await item(name).boundingBox())!, (await page.locator(by('bar')).boundingBox())!];
        return one.x >= all.x && one.x + one.width <= all.x + all.width;
    };
    await item('File').focus();
    assert.equal(await isWithin('Help'), false);
    await page.keyboard.press('End');
    await hasFocus(item('Help'));
    assert.ok(await isWithin('Help'));
    await page.keyboard.press('ArrowRight');
    await hasFocus(item('File'));
    assert.ok(await isWithin('File'));
    assert.deepEqual(s.errors, []);
    await s.done();
});
