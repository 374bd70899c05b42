// Dropdowns: those that are typed into, and the looks of those that are chosen from.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import { iconOf } from '../test/support/gallery.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { by, closeBrowser, counts, hasFocus, stage, type Stage } from './browser.ts';

after(closeBrowser);

const NAMES = { r: 'Red', g: 'Green', b: 'Blue', l: 'Light green' };

const colours = (mock: Mock, props: { [key: string]: object } = {}) =>
    Object.entries(NAMES).map(([key, text]) => mock.make('DropdownOption', { key, text, ...props[key] }));

const shows = (s: Stage, key: string, wanted: string) =>
    s.page.waitForFunction(
        ([key, wanted]) => document.querySelector<HTMLInputElement>(`[data-key="${key}"] input`)?.value === wanted,
        [key, wanted] as const,
    );

test('a dropdown that is typed into finds, filters and chooses', async () => {
    const ear = new Ear();
    let field!: Node;
    const s = await stage((mock) => {
        field = mock.make('Dropdown', {
            key: 'colour',
            label: 'Colour',
            value: 'g',
            editable: true,
            enable_filter: true,
            options: colours(mock, { b: { disabled: true } }),
            ...Object.fromEntries(
                ['select', 'text_change', 'focus', 'blur'].map((name) => [`on_${name}`, ear.on(name)]),
            ),
        });
        mock.controls.push(field, mock.make('TextField', { label: 'After', key: 'after' }));
    });
    const { page, mock } = s;
    const box = page.getByRole('combobox', { name: 'Colour' });
    const options = page.getByRole('option');
    const marked = (name: string) =>
        page.waitForFunction((name) => {
            const input = document.querySelector('[data-key=colour] input');
            const id = input?.getAttribute('aria-activedescendant');
            return (id ? document.getElementById(id)?.textContent : '') === name;
        }, name);
    await shows(s, 'colour', 'Green');
    await box.click();
    assert.equal(await ear.next('focus'), null);
    await counts(options, 4);
    await page.getByRole('option', { name: 'Green', exact: true, selected: true }).waitFor();
    await marked('Green');
    // Only what holds the words is left, the first of it at hand; what is off is passed over.
    await box.fill('e');
    await counts(options, 4);
    assert.equal(await ear.next('text_change'), 'e');
    await box.fill('green');
    await counts(options, 2);
    await marked('Green');
    await page.keyboard.press('ArrowDown');
    await marked('Light green');
    await page.keyboard.press('Enter');
    assert.equal(await ear.next('select'), 'l');
    await shows(s, 'colour', 'Light green');
    await counts(options, 0);
    assert.equal(field['value'], 'l');
    assert.equal(field['text'], 'Light green');
    await hasFocus(box);

    // Escape leaves what was typed and the value as they are.
    await box.fill('bl');
    await counts(options, 1);
    await page.keyboard.press('Escape');
    await counts(options, 0);
    await page.keyboard.press('Tab');
    await hasFocus(page.getByLabel('After'));
    assert.equal(await ear.next('blur'), null);
    assert.equal(field['value'], 'l');
    assert.equal(field['text'], 'bl');
    // Another value brings its label, also one whose option comes later.
    mock.set(field, { value: 'r' });
    await shows(s, 'colour', 'Red');
    mock.set(field, { value: 'p' });
    mock.edit(field, 'options', [1, 4, mock.make('DropdownOption', { key: 'p', text: 'Pink' })]);
    await shows(s, 'colour', 'Pink');
    mock.set(field, { value: null });
    await shows(s, 'colour', '');

    // With the arrow, and the pointer; what is off cannot be chosen.
    await page.locator(`${by('colour')} .t-combo-arrow`).click();
    await counts(options, 5);
    await page.getByRole('option', { name: 'Blue' }).click({ force: true });
    await counts(options, 5);
    await page.getByRole('option', { name: 'Red' }).click();
    assert.equal(await ear.next('select'), 'r');
    await shows(s, 'colour', 'Red');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('an editable dropdown keeps what it may hold, and says what is wrong', async () => {
    let field!: Node;
    const s = await stage((mock) => {
        field = mock.make('Dropdown', {
            key: 'code',
            label: 'Code',
            editable: true,
            enable_search: false,
            capitalization: 'characters',
            input_filter: { regex_string: '[A-Z]', allow: true },
            helper_text: 'Letters',
            leading_icon: iconOf('SEARCH'),
            options: colours(mock),
        });
        mock.controls.push(field);
    });
    const { page, mock } = s;
    const box = page.getByRole('combobox', { name: 'Code' });
    // What it takes is known once the code for it is here: from then on at each letter.
    while ((await box.inputValue()) !== 'RE') {
        await box.fill('');
        await box.fill('re');
    }
    await page.keyboard.type('1d');
    await shows(s, 'code', 'RED');
    // Nothing is at hand where searching is not wanted, so Enter chooses nothing.
    await page.waitForFunction(() => !document.querySelector('[data-key=code] input[aria-activedescendant]'));
    await page.keyboard.press('Enter');
    await counts(page.getByRole('option'), 0);
    assert.equal(field['value'], undefined);
    const about = (words: string) =>
        page.waitForFunction((words) => {
            const input = document.querySelector('[data-key=code] input')!;
            return document.getElementById(input.getAttribute('aria-describedby')!)?.textContent === words;
        }, words);
    await about('Letters');
    mock.set(field, { error_text: 'No such code' });
    await about('No such code');
    await page.locator(`${by('code')} input[aria-invalid=true]`).waitFor();
    mock.set(field, { disabled: true });
    await page.locator(`${by('code')} input:disabled`).waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('menus and options look as they are told to', async () => {
    const RED = 'rgb(255, 0, 0)';
    const s = await stage((mock) => {
        const content = mock.make('Text', { value: 'In bold', weight: 'bold' });
        const looks = { r: { style: { color: '#ff0000', bgcolor: '#ffff00' } }, g: { content } };
        const props = {
            menu_width: 220,
            menu_height: 100,
            menu_style: { side: { color: '#ff0000', width: 2 }, bgcolor: '#00ff00' },
            dense: true,
            label: 'Label',
            value: 'r',
        };
        mock.controls.push(
            mock.make('Dropdown', { key: 'plain', ...props, options: colours(mock, looks) }),
            mock.make('Dropdown', { key: 'typed', ...props, editable: true, options: colours(mock) }),
            mock.make('Dropdown', { key: 'hint', hint_text: 'Hint', value: 'r', options: colours(mock) }),
        );
    });
    const { page } = s;
    await page.waitForFunction((red) => {
        const root = document.querySelector('[data-key=plain]')?.shadowRoot;
        const menu = root?.querySelector('md-menu')?.shadowRoot?.querySelector('.menu');
        const style = menu && getComputedStyle(menu);
        return style?.borderTopColor === red && style.width === '220px' && style.maxHeight === '100px';
    }, RED);
    const heights = await page.evaluate(() =>
        ['plain', 'typed'].map((key) => document.querySelector(`[data-key=${key}]`)!.getBoundingClientRect().height),
    );
    assert.deepEqual(heights, [40, 40]);
    // A hint that stands in place of the label goes when there is a value.
    await page.waitForFunction(() => {
        const field = document.querySelector('[data-key=hint]')?.shadowRoot?.querySelector('.field');
        return [...(field?.shadowRoot?.querySelectorAll('.label') ?? [])].every(
            (label) => getComputedStyle(label).display === 'none',
        );
    });
    await page.locator(by('plain')).click();
    const red = page.getByRole('option', { name: 'Red' });
    await red.waitFor();
    await page.waitForFunction((red) => {
        const option = document.querySelector('[data-key=plain] md-select-option')!;
        const words = option.querySelector('[slot=headline]')!;
        return getComputedStyle(words).color === red;
    }, RED);
    await page.getByRole('option', { name: 'In bold' }).waitFor();
    await page.locator(`${by('plain')} md-select-option .t-text`).waitFor();
    await page.keyboard.press('Escape');
    await counts(page.getByRole('option'), 0);
    await page.waitForFunction(() => {
        const select = document.querySelector('[data-key=plain]') as (HTMLElement & { open: boolean }) | null;
        return select?.open === false && select.matches(':focus-within');
    });
    await page.locator(`${by('typed')} input`).click();
    await page.waitForFunction((red) => {
        const list = document.querySelector('[data-key=typed] .t-combo-list');
        const style = list && getComputedStyle(list);
        return style?.borderTopColor === red && style.width === '220px' && style.backgroundColor === 'rgb(0, 255, 0)';
    }, RED);
    assert.deepEqual(s.errors, []);
    await s.done();
});
