// What text fields can do beside being typed into: the looks of their parts, the counter, selections, presses.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import { iconOf } from '../test/support/gallery.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, hasFocus, stage, type Stage } from './browser.ts';

after(closeBrowser);

// Waits until a part within the shadow roots of a field has these styles.
const looks = (s: Stage, key: string, part: string, wanted: { [property: string]: string }, pseudo = '') =>
    s.page.waitForFunction(
        ([key, part, wanted, pseudo]) => {
            const root = document.querySelector(`[data-key="${key}"]`)?.shadowRoot;
            const found =
                root?.querySelector(part) ?? root?.querySelector('.field')?.shadowRoot?.querySelector(part) ?? null;
            const style = found && getComputedStyle(found, pseudo || null);
            return style && Object.entries(wanted).every(([name, value]) => style.getPropertyValue(name) === value);
        },
        [key, part, wanted, pseudo] as const,
    );

const says = (s: Stage, key: string, part: string, wanted: string) =>
    s.page.waitForFunction(
        ([key, part, wanted]) => {
            const root = document.querySelector(`[data-key="${key}"]`)?.shadowRoot;
            const found = root?.querySelector(part) ?? root?.querySelector('.field')?.shadowRoot?.querySelector(part);
            return found?.textContent?.trim() === wanted;
        },
        [key, part, wanted] as const,
    );

const RED = 'rgb(255, 0, 0)';
const GREEN = 'rgb(0, 128, 0)';

test('the parts of a field look as they are told to', async () => {
    let styled!: Node;
    const s = await stage((mock) => {
        const field = (key: string, props: object) => mock.make('TextField', { key, label: key, ...props });
        styled = field('styled', {
            value: '12',
            helper: 'Helper',
            prefix: '$',
            suffix: 'kg',
            label_style: { color: '#ff0000', size: 20, italic: true },
            helper_style: { color: '#ff0000', size: 14 },
            error_style: { color: '#008000', size: 15 },
            prefix_style: { color: '#ff0000', weight: 'bold' },
            suffix_style: { color: '#008000', italic: true },
            helper_max_lines: 1,
            selection_color: '#ff0000',
            cursor_color: '#008000',
            text_vertical_align: 1,
            mouse_cursor: 'help',
        });
        mock.controls.push(
            styled,
            field('hinted', { hint_text: 'Hint', hint_style: { color: '#ff0000', size: 13 }, hint_fade_duration: 200 }),
            field('coloured', { bgcolor: '#ff0000', focused_bgcolor: '#008000', helper: 'Below it' }),
            field('filled', { filled: true, hover_color: '#008000', focused_color: '#ff0000', dense: true }),
            field('padded', { content_padding: { left: 30, top: 2, right: 3, bottom: 4 }, value: 'x' }),
            field('turned', { content_padding: { left: 30, top: 2, right: 3, bottom: 4 }, value: 'x', rtl: true }),
            field('quiet', { autocorrect: false, enable_suggestions: false, show_cursor: false }),
            field('bound', { size_constraints: { max_width: 200 }, prefix_icon: iconOf('SEARCH') }),
        );
    });
    const { page } = s;
    await looks(s, 'styled', '.label:not(.hidden)', { color: RED, 'font-size': '15px', 'font-style': 'italic' });
    await looks(s, 'styled', '.supporting-text > span', { color: RED, 'font-size': '14px', '-webkit-line-clamp': '1' });
    await looks(s, 'styled', '.prefix', { color: RED, 'font-weight': '700' });
    await looks(s, 'styled', '.suffix', { color: GREEN, 'font-style': 'italic' });
    await looks(s, 'styled', '.input', { 'background-color': RED }, '::selection');
    await looks(s, 'styled', '.input', { 'caret-color': GREEN, cursor: 'help' });
    await looks(s, 'styled', '.middle', { 'align-items': 'flex-end' });
    s.mock.set(styled, { error: 'Wrong' });
    await looks(s, 'styled', '.supporting-text > span', { color: GREEN, 'font-size': '15px' });
    s.mock.set(styled, { label_style: null });
    await looks(s, 'styled', '.label:not(.hidden)', { 'font-size': '12px', 'font-style': 'normal' });

    await looks(s, 'hinted', '.input', { color: RED, 'font-size': '13px' }, '::placeholder');
    await looks(s, 'coloured', '.container-overflow', { 'background-color': RED });
    // What stands below the box is not in it.
    await looks(s, 'coloured', '.supporting-text', { 'background-color': 'rgba(0, 0, 0, 0)' });
    await page.getByLabel('coloured').focus();
    await looks(s, 'coloured', '.container-overflow', { 'background-color': GREEN });
    await page.getByLabel('filled').focus();
    await looks(s, 'filled', '.input', { color: RED });
    await page.getByLabel('quiet').focus();
    await page.locator(by('filled')).hover();
    await looks(s, 'filled', '.state-layer', { 'background-color': GREEN, opacity: '1' });
    await looks(s, 'quiet', '.input', { 'caret-color': 'rgba(0, 0, 0, 0)' });
    await page.locator(`${by('quiet')} input[autocorrect=off][spellcheck=false]`).waitFor();

    const inset = (key: string, side: 'left' | 'right') =>
        page.waitForFunction(
            ([key, side]) => {
                const root = document.querySelector(`[data-key="${key}"]`)!;
                const input = root.shadowRoot?.querySelector('.input')?.getBoundingClientRect();
                const around = root.getBoundingClientRect();
                return input && Math.round(Math.abs(input[side] - around[side])) === 30;
            },
            [key, side] as const,
        );
    await inset('padded', 'left');
    await inset('turned', 'left');
    const width = (await page.locator(by('bound')).boundingBox())!.width;
    assert.equal(width, 200);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('what is wrong has a caret of its own, a label its place, and lines the least height of their strut', async () => {
    const BLUE = 'rgb(0, 0, 255)';
    let wrong!: Node;
    const s = await stage((mock) => {
        const field = (key: string, props: object) => mock.make('TextField', { key, label: key, ...props });
        wrong = field('wrong', {
            error: 'Wrong',
            cursor_color: '#008000',
            cursor_error_color: '#ff0000',
            error_style: { color: '#0000ff' },
        });
        mock.controls.push(
            wrong,
            field('unseen', { error: 'Wrong', cursor_error_color: '#ff0000', show_cursor: false }),
            field('first', { multiline: true, min_lines: 5, align_label_with_hint: true }),
            field('middle', { multiline: true, min_lines: 5, align_label_with_hint: false }),
            field('between', { multiline: true, min_lines: 5, align_label_with_hint: false, filled: true }),
            field('high', { value: 'x', strut_style: { size: 20, height: 2 } }),
            field('led', { value: 'x', strut_style: { size: 20, height: 2, leading: 0.5 } }),
            field('low', { value: 'x', strut_style: { size: 10, height: 1 } }),
            field('forced', { value: 'x', strut_style: { size: 16, height: 1.25, force_strut_height: true } }),
            field('none', { value: 'x', strut_style: { size: -1, height: 1, force_strut_height: true } }),
            mock.make('CupertinoTextField', { key: 'q', value: 'x', strut_style: { size: 20, height: 2 } }),
        );
    });
    const { page } = s;
    await page.getByLabel('wrong').focus();
    await looks(s, 'wrong', '.input', { 'caret-color': RED });
    s.mock.set(wrong, { cursor_error_color: null });
    await looks(s, 'wrong', '.input', { 'caret-color': BLUE });
    s.mock.set(wrong, { error: null });
    await looks(s, 'wrong', '.input', { 'caret-color': GREEN });
    await page.getByLabel('unseen').focus();
    await looks(s, 'unseen', '.input', { 'caret-color': 'rgba(0, 0, 0, 0)' });

    // How far the middle of the label is from that of the box.
    const off = (key: string) =>
        page.evaluate((key) => {
            const root = document.querySelector(`[data-key="${key}"]`)?.shadowRoot?.querySelector('.field')?.shadowRoot;
            const middle = (part: string) => {
                const box = root?.querySelector(part)?.getBoundingClientRect();
                return box ? box.y + box.height / 2 : NaN;
            };
            return Math.round(middle('.label.resting') - middle('.container-overflow'));
        }, key);
    assert.ok((await off('first')) < -20);
    await becomes(() => off('middle'), 0);
    await becomes(() => off('between'), 0);

    await looks(s, 'high', '.input', { 'line-height': '40px' });
    await looks(s, 'led', '.input', { 'line-height': '50px' });
    await looks(s, 'low', '.input', { 'line-height': '24px' });
    await looks(s, 'forced', '.input', { 'line-height': '20px' });
    await looks(s, 'none', '.input', { 'line-height': '24px' });
    await page.waitForFunction(() => {
        const input = document.querySelector('[data-key=q] input');
        return input && getComputedStyle(input).lineHeight === '40px';
    });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('the counter counts letters, says what it is told to, and is heard with the field', async () => {
    const s = await stage((mock) => {
        const field = (key: string, props: object) => mock.make('TextField', { key, label: key, ...props });
        const texts = (value: string) => mock.make('Text', { value });
        const why = texts('Why?');
        mock.controls.push(
            field('plain', { value: '👨‍👩‍👧a', max_length: 10, helper: 'Help' }),
            field('own', {
                value: 'abc',
                max_length: 5,
                counter: '{value_length} of {max_length}, {symbols_left} left',
            }),
            field('held', {
                counter: mock.make('Row', { key: 'row', tight: true, controls: [why] }),
                icon: iconOf('INFO'),
            }),
            field('affixed', {
                prefix: mock.make('Row', { key: 'pre', tight: true, controls: [texts('From')] }),
                value: 'x',
            }),
        );
    });
    const { page } = s;
    await says(s, 'plain', '.counter', '2/10');
    await says(s, 'plain', '.supporting-text > :first-child', 'Help');
    await says(s, 'plain', '#description', 'Help 2/10');
    await page.getByLabel('plain').focus();
    await page.keyboard.type('b');
    await says(s, 'plain', '.counter', '3/10');
    await says(s, 'plain', '#description', 'Help 3/10');
    await says(s, 'own', '.counter', '3 of 5, 2 left');
    const box = (await page.locator(`${by('held')} input`).boundingBox())!;
    const below = (await page.getByText('Why?').boundingBox())!;
    assert.ok(below.y > box.y + box.height, 'the counter lies below');
    const icon = (await page.locator(`${by('held')} .t-field-icon`).boundingBox())!;
    assert.ok(icon.x + icon.width < box.x, 'the icon lies before it');
    const from = (await page.getByText('From').boundingBox())!;
    const text = (await page.locator(`${by('affixed')} input`).boundingBox())!;
    assert.ok(from.width > 20 && from.x + from.width < text.x, 'a prefix that is a control lies before the text');
    assert.ok(Math.abs(icon.y + icon.height / 2 - box.y - box.height / 2) < 1, 'the icon is in the middle');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('selections go both ways, and presses elsewhere are heard', async () => {
    const ear = new Ear();
    let field!: Node;
    const select = (base: number, extent: number) => ({
        base_offset: base,
        extent_offset: extent,
        affinity: 'downstream',
        directional: false,
    });
    const s = await stage((mock: Mock) => {
        field = mock.make('TextField', {
            label: 'Words',
            key: 'words',
            value: 'one two three',
            on_selection_change: ear.on('selection'),
            on_tap_outside: ear.on('outside'),
            on_click: ear.on('click'),
        });
        mock.controls.push(
            field,
            mock.make('TextField', { label: 'Shut', key: 'shut', can_request_focus: false }),
            mock.make('TextField', { label: 'Each', key: 'each', always_call_on_tap: true, on_click: ear.on('each') }),
            mock.make('TextField', { label: 'Still', key: 'still', multiline: true, ignore_up_down_keys: true }),
            mock.make('Text', { value: 'Elsewhere' }),
        );
    });
    const { page } = s;
    // Its code is there when the browser's own checks have been told.
    await page.locator(`${by('words')} input[spellcheck]`).waitFor();
    await page.getByLabel('Words').focus();
    s.mock.set(field, { selection: select(4, 7) });
    await page.waitForFunction(() => {
        const input = document.querySelector<HTMLInputElement>('[data-key=words]');
        return input?.selectionStart === 4 && input.selectionEnd === 7;
    });
    ear.said.length = 0;
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    for (;;) {
        const heard = (await ear.next('selection')) as { selected_text: string; selection: object };
        if (heard.selected_text !== 'o') continue;
        assert.deepEqual(heard.selection, select(0, 1));
        break;
    }
    assert.deepEqual(field['selection'], select(0, 1));
    await page.getByText('Elsewhere').click();
    assert.equal(await ear.next('outside'), null);

    // Two presses in a row are one, unless each is wanted.
    await page.getByLabel('Words').dblclick();
    await page.getByLabel('Each').dblclick();
    assert.equal(await ear.next('each'), null);
    assert.equal(await ear.next('each'), null);
    assert.equal(ear.said.filter(([name]) => name === 'click').length, 1);

    await page.locator(`${by('shut')} input[tabindex="-1"]`).waitFor();
    await page.locator(by('shut')).click();
    await hasFocus(page.locator(by('each')));
    await page.getByLabel('Still').fill('a\nb');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.type('c');
    await page.waitForFunction(
        () => document.querySelector<HTMLTextAreaElement>('[data-key=still]')?.value === 'a\nbc',
    );
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('in a row a field is as wide as it is told to be', async () => {
    const s = await stage((mock) => {
        const controls = [mock.make('TextField', { key: 'wide', label: 'Wide', width: 400 })];
        mock.controls.push(mock.make('Row', { controls }));
    });
    assert.equal((await s.page.locator(by('wide')).boundingBox())!.width, 400);
    await s.done();
});
