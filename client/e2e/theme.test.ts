// Colours, fonts, languages, directions, tooltips, badges, animations.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Action } from '../src/core/packets.ts';
import { iconOf } from '../test/support/gallery.ts';
import type { Mock } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, counts, stage, until } from './browser.ts';

after(closeBrowser);

const variable = (page: Page, selector: string, name: string) =>
    page.locator(selector).evaluate((e, name) => getComputedStyle(e).getPropertyValue(name), `--md-sys-color-${name}`);

// The largest part of #rrggbb.
async function hue(page: Page, selector: string): Promise<string> {
    const hex = await variable(page, selector, 'primary');
    const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return ['red', 'green', 'blue'][parts.indexOf(Math.max(...parts))]!;
}

async function shade(page: Page, selector: string): Promise<string> {
    const hex = await variable(page, selector, 'surface');
    return parseInt(hex.slice(1, 3), 16) < 128 ? 'dark' : 'light';
}

const set = (mock: Mock, name: string, value: unknown) =>
    mock.send(Action.Patch, { id: 1, patch: [[0], [0, 0, name, value]] });

const settled = (page: Page, key: string, wanted: string) =>
    page.waitForFunction(
        ([key, wanted]) => {
            const hex = getComputedStyle(document.querySelector(key!)!).getPropertyValue('--md-sys-color-primary');
            const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
            return ['red', 'green', 'blue'][parts.indexOf(Math.max(...parts))] === wanted;
        },
        [key, wanted],
    );

test('a theme: seed, roles of its own, text styles, dark from another', async () => {
    const s = await stage((mock) => {
        mock.page['theme'] = {
            color_scheme_seed: 'green',
            color_scheme: { secondary: '#123456' },
            scaffold_bgcolor: '#fefefe',
            text_theme: { title_large: { size: 31, color: '#ff0000' }, body_medium: { size: 17 } },
        };
        mock.page['dark_theme'] = { color_scheme_seed: '#ff0000' };
        mock.controls.push(
            mock.make('Text', { value: 'Title', theme_style: 'titleLarge', key: 'title' }),
            mock.make('Text', { value: 'Body', key: 'body' }),
        );
    });
    const css = (key: string, name: string) =>
        s.page.locator(by(key)).evaluate((e, name) => getComputedStyle(e).getPropertyValue(name), name);
    await settled(s.page, 'html', 'green');
    assert.equal(await variable(s.page, 'html', 'secondary'), '#123456');
    assert.equal(await css('title', 'font-size'), '31px');
    assert.equal(await css('title', 'color'), 'rgb(255, 0, 0)');
    assert.equal(await css('body', 'font-size'), '17px');
    const view = s.page.locator('[data-control=View]');
    assert.equal(await view.evaluate((e) => getComputedStyle(e).backgroundColor), 'rgb(254, 254, 254)');
    set(s.mock, 'theme_mode', 'dark');
    await settled(s.page, 'html', 'red');
    await becomes(() => shade(s.page, 'html'), 'dark');
    // A change inside of the map that the page has.
    s.mock.send(Action.Patch, {
        id: 1,
        patch: [
            [0, { dark_theme: [1] }],
            [0, 1, 'color_scheme_seed', '#0000ff'],
        ],
    });
    await settled(s.page, 'html', 'blue');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a container has a theme of its own, in what is around it', async () => {
    const s = await stage((mock) => {
        const make = mock.make.bind(mock);
        mock.page['theme'] = { color_scheme_seed: 'green' };
        mock.page['theme_mode'] = 'light';
        const inner = make('Container', {
            key: 'inner',
            theme: { color_scheme: { tertiary: '#010203' } },
            content: make('Text', { value: 'in' }),
        });
        mock.controls.push(
            make('Container', { key: 'dark', theme_mode: 'dark', content: inner }),
            make('Container', {
                key: 'red',
                theme: { color_scheme_seed: '#ff0000' },
                content: make('Text', { value: 'red', key: 'text' }),
            }),
        );
    });
    const [dark, red] = [by('dark'), by('red')];
    await settled(s.page, dark, 'green');
    await becomes(() => shade(s.page, 'html'), 'light');
    await becomes(() => shade(s.page, dark), 'dark');
    // It adds to what is around it.
    await becomes(() => shade(s.page, by('inner')), 'dark');
    await becomes(() => hue(s.page, by('inner')), 'green');
    await becomes(() => variable(s.page, by('inner'), 'tertiary'), '#010203');
    await settled(s.page, red, 'red');
    await becomes(() => shade(s.page, red), 'light');
    // A style that follows the page goes with it.
    set(s.mock, 'theme_mode', 'dark');
    await s.page.waitForFunction((red) => {
        const surface = getComputedStyle(document.querySelector(red)!).getPropertyValue('--md-sys-color-surface');
        return parseInt(surface.slice(1, 3), 16) < 128;
    }, red);
    const isLight = async () => {
        const ink = await s.page.locator(by('text')).evaluate((e) => getComputedStyle(e).color);
        return Number(/\d+/.exec(ink)![0]) > 128;
    };
    assert.ok(await until(isLight), 'text is light on dark');
    s.mock.set(s.mock.controls[1]!, { theme: null });
    await settled(s.page, red, 'green');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('every named colour is one', async () => {
    const hues = (
        'red pink purple deeppurple indigo blue lightblue cyan teal green lightgreen lime yellow ' +
        'amber orange deeporange brown grey bluegrey'
    ).split(' ');
    const plain = hues.flatMap((hue) => [hue, `${hue}50`, `${hue}900`]);
    const accents = hues.filter((hue) => !/brown|grey/.test(hue)).map((hue) => `${hue}accent`);
    const s = await stage((mock) => {
        for (const name of [...plain, ...accents])
            mock.controls.push(mock.make('Container', { key: name, width: 1, height: 1, bgcolor: name }));
    });
    await s.page.waitForFunction(() => {
        const red = getComputedStyle(document.querySelector('[data-key=red]')!).backgroundColor;
        return red === 'rgb(244, 67, 54)';
    });
    const boxes = s.page.locator('[data-control=Container]');
    await counts(boxes, plain.length + accents.length);
    await becomes(
        () =>
            boxes.evaluateAll((all: Element[]) =>
                (all as HTMLElement[])
                    .filter((e) => getComputedStyle(e).backgroundColor === 'rgba(0, 0, 0, 0)')
                    .map((e) => e.dataset['key']),
            ),
        [],
    );
    await s.done();
});

test('fonts come from where the page says, when they are needed', async () => {
    const fetched: string[] = [];
    const s = await stage(
        (mock) => {
            mock.page['fonts'] = { Display: '/fonts/display.woff2', Unused: 'fonts/unused.woff2' };
            mock.page['theme'] = { font_family: 'Display' };
            mock.controls.push(mock.make('Text', { value: 'Hello', key: 'a', font_family: 'Display' }));
        },
        {},
        (url) => fetched.push(new URL(url).pathname),
    );
    await s.page.waitForFunction(() => document.fonts.size === 2);
    assert.ok(await until(() => fetched.includes('/fonts/display.woff2')));
    assert.ok(!fetched.includes('/fonts/unused.woff2'));
    const family = await s.page.locator('body').evaluate((e) => getComputedStyle(e).fontFamily);
    assert.match(family, /^"?Display"?,/);
    set(s.mock, 'fonts', { Unused: 'fonts/unused.woff2' });
    await s.page.waitForFunction(() => document.fonts.size === 1);
    await s.done();
});

test('title, icon, language and direction of the page', async () => {
    const s = await stage((mock) => {
        mock.page['window'] = { _c: 'Window', _i: 2, icon: 'mine.png' };
        mock.page['title'] = 'Mine';
        mock.page['rtl'] = true;
        mock.page['locale_configuration'] = {
            supported_locales: [],
            current_locale: { language_code: 'ar', country_code: 'EG' },
        };
        mock.controls.push(mock.make('Text', { value: 'Hello', key: 'a' }));
    });
    await s.page.locator(by('a')).waitFor();
    const found = await s.page.evaluate(() => [
        document.title,
        document.documentElement.lang,
        document.documentElement.dir,
        new URL(document.querySelector<HTMLLinkElement>('link[rel=icon]')!.href).pathname,
    ]);
    assert.deepEqual(found, ['Mine', 'ar-EG', 'rtl', '/mine.png']);
    const at = await s.page.locator(by('a')).boundingBox();
    assert.ok(at!.x > 1000, 'what begins a line is on the right');
    s.mock.set(s.mock.controls[0]!, { rtl: true });
    await s.page.locator(`${by('a')}[dir=rtl]`).waitFor();
    s.mock.set(s.mock.controls[0]!, { rtl: false });
    await s.page.locator(`${by('a')}:not([dir])`).waitFor();
    await s.done();
});

test('tooltips: by pointer, by keyboard, gone with Escape, said to who cannot see', async () => {
    const s = await stage((mock) => {
        mock.controls.push(
            mock.make('FilledButton', { content: 'Go', tooltip: 'Sends it', key: 'go' }),
            mock.make('Icon', {
                icon: iconOf('INFO'),
                tooltip: { message: 'About', wait_duration: 0, bgcolor: '#ff0000' },
                key: 'icon',
            }),
            mock.make('IconButton', { icon: iconOf('ADD'), tooltip: 'Add one', key: 'add' }),
        );
    });
    const tip = s.page.locator('.t-tooltip');
    await s.page.locator(by('add')).waitFor();
    await s.page.waitForFunction(
        () => document.querySelector('.t-tooltip') && !document.querySelector('[aria-busy=true]'),
    );
    assert.equal(await tip.isVisible(), false);
    // It has come beneath a pointer that rests.
    await s.page.locator(by('icon')).dispatchEvent('pointerover');
    await s.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await tip.isVisible(), false);
    await s.page.locator(by('icon')).hover();
    await tip.getByText('About').waitFor();
    assert.equal(await tip.evaluate((e) => getComputedStyle(e).backgroundColor), 'rgb(255, 0, 0)');
    await s.page.mouse.move(900, 600);
    await tip.waitFor({ state: 'hidden' });
    await s.page.keyboard.press('Tab');
    await tip.getByText('Sends it').waitFor();
    const [above, below] = [await s.page.locator(by('go')).boundingBox(), await tip.boundingBox()];
    assert.ok(below!.y >= above!.y + above!.height, 'it lies below');
    await s.page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    await s.page.keyboard.press('Tab');
    await tip.getByText('About').waitFor();
    // It goes with its control, and is written anew with it.
    s.mock.set(s.mock.controls[1]!, { tooltip: 'About this' });
    await tip.getByText('About this').waitFor();
    s.mock.edit(s.mock.view, 'controls', [2, 1]);
    // The focus goes to what took its place, and that one's is said then.
    await tip.getByText('Add one').waitFor();
    assert.equal(await s.page.locator(by('go')).getAttribute('aria-description'), 'Sends it');
    // Where it is the name it is not said twice.
    await counts(s.page.locator(`${by('add')}[aria-description]`), 0);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('badges come, change and go; the control stays what it is', async () => {
    const s = await stage((mock) => {
        const badge = mock.make('Badge', { label: '3', bgcolor: '#00ff00' });
        mock.controls.push(
            mock.make('IconButton', {
                icon: iconOf('ADD'),
                badge: 'new',
                key: 'a',
                on_click: () => mock.set(badge, { label: '4' }),
            }),
            mock.make('Container', { width: 100, height: 50, badge, key: 'b' }),
            mock.make('Text', { value: 'plain', key: 'c' }),
        );
    });
    await s.page
        .locator(`${by('a')} .t-badge`)
        .getByText('new')
        .waitFor();
    await s.page
        .locator(`${by('b')} .t-badge`)
        .getByText('3')
        .waitFor();
    const at = (await s.page.locator(`${by('b')} .t-badge`).boundingBox())!;
    assert.ok(at.x + at.width >= 110 && at.y < 70, 'it lies on the corner');
    await s.page.getByRole('button').click();
    await s.page
        .locator(`${by('b')} .t-badge`)
        .getByText('4')
        .waitFor();
    const [a, b, c] = s.mock.controls;
    s.mock.set(b!, { badge: null });
    await s.page.locator(`${by('b')}.t-box`).waitFor();
    s.mock.set(c!, { badge: mock_dot(s.mock) });
    await s.page.locator(`${by('c')} .t-badge-dot`).waitFor();
    assert.equal(await s.page.locator(by('c')).textContent(), 'plain');
    s.mock.edit(s.mock.view, 'controls', [2, 0]);
    await s.page.locator(by('a')).waitFor({ state: 'detached' });
    assert.ok(a);
    assert.deepEqual(s.errors, []);
    await s.done();
});

const mock_dot = (mock: Mock) => mock.make('Badge', {});

test('changes are animated, their end is told, and who wants no motion gets none', async () => {
    const build = (mock: Mock) => {
        mock.controls.push(
            mock.make('Container', {
                key: 'a',
                width: 100,
                height: 50,
                opacity: 1,
                scale: 1,
                bgcolor: '#ff0000',
                animate: 60,
                animate_opacity: { duration: { milliseconds: 50 }, curve: 'easeInOutBack' },
                animate_scale: true,
                on_animation_end: () => undefined,
            }),
        );
    };
    const s = await stage(build);
    const box = s.page.locator(by('a'));
    await box.waitFor();
    const css = (name: string) => box.evaluate((e, name) => getComputedStyle(e).getPropertyValue(name), name);
    assert.match(await css('transition'), /opacity 0\.05s cubic-bezier\(0\.68, -0\.55, 0\.27, 1\.55\)/);
    s.mock.set(s.mock.controls[0]!, { opacity: 0.5, bgcolor: '#0000ff', width: 200 });
    const ends = async (name: string) =>
        s.mock.waitFor((p) => p.body['name'] === 'animation_end' && p.body['data'] === name);
    await ends('opacity');
    await ends('container');
    assert.equal(await css('opacity'), '0.5');
    assert.equal(s.mock.heard.filter((p) => p.body['data'] === 'container').length, 1);
    await s.done();
    const calm = await stage(build, { reducedMotion: 'reduce' });
    const other = calm.page.locator(by('a'));
    await other.waitFor();
    const duration = await other.evaluate((e) =>
        Math.max(...getComputedStyle(e).transitionDuration.split(',').map(parseFloat)),
    );
    assert.ok(duration <= 0.00001, `${duration} s`);
    await calm.done();
});
