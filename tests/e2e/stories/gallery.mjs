// Pages of the gallery: each is drawn, and what opens over the page is gone through with keys and gives the focus back.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { nameOfBrowser } from '../browsers.mjs';
import { complaintsOf, key, run, serve, shows, until, visit } from '../support.mjs';

const DRAWN = [
    '/display/markdown',
    '/display/shader-mask',
    '/inputs/range-slider',
    '/inputs/search-bar',
    '/inputs/chip',
    '/layout/interactive-viewer',
    '/layout/responsive-row',
    '/lists/reorderable-list-view',
    '/lists/data-table',
    '/navigation/navigation-rail',
    '/navigation/app-bar',
    '/cupertino/cupertino-picker',
    '/cupertino/cupertino-sliding-segmented-button',
    '/cupertino/cupertino-slider',
    '/cupertino/cupertino-timer-picker',
    '/canvas/canvas',
    '/canvas/canvas-path',
    '/canvas/canvas-shadow',
    '/charts/line-chart',
    '/charts/bar-chart',
    '/charts/pie-chart',
    '/charts/candlestick-chart',
    '/charts/radar-chart',
    '/packages/code-editor',
    '/packages/color-picker',
    '/packages/data-table2',
    '/media/lottie',
    '/media/rive',
    '/places/map',
];

const stage = (page) => page.locator(`.t-view:not([hidden]) ${key('stage')}`);
const opener = (page, name = 'Open') => stage(page).getByRole('button', { name });

// What each page is called, by its address.
async function titles() {
    const program = run('gallery', ['--routes']);
    await program.closed;
    return new Map(
        program.log
            .trim()
            .split('\n')
            .map((line) => line.split(/ (.*)/)),
    );
}

// Whether there is red on a canvas.
const isRed = (locator) =>
    locator.evaluate((canvas) => {
        const copy = Object.assign(document.createElement('canvas'), { width: 160, height: 160 }).getContext('2d');
        copy.drawImage(canvas, 0, 0, 160, 160);
        const { data } = copy.getImageData(0, 0, 160, 160);
        return data.some((red, at) => at % 4 === 0 && red > 200 && data[at + 1] < 80 && data[at + 2] < 80);
    });

// As a link within the page goes.
async function go(page, title, route) {
    await page.evaluate((path) => {
        history.pushState(null, '', path);
        dispatchEvent(new PopStateEvent('popstate'));
    }, route);
    await page.getByRole('heading', { name: title.get(route), exact: true, level: 2 }).waitFor();
    await stage(page).waitFor();
}

async function inGallery(act) {
    const [title, server] = await Promise.all([titles(), serve('gallery')]);
    const { page, leave } = await visit(server.url, { viewport: { width: 1280, height: 800 } });
    await page.locator(key('groups')).waitFor();
    await act(page, (route) => go(page, title, route));
    await leave();
    assert.deepEqual(complaintsOf(server.log), []);
    await server.kill();
}

const pages = () =>
    inGallery(async (page, open) => {
        for (const route of DRAWN) {
            await open(route);
            await page.waitForFunction(() => {
                const shown = document.querySelector('.t-view:not([hidden]) [data-key="stage"]');
                const isOnItsWay = shown.querySelector('.t-pending, .t-coming') !== null;
                const boxes = [...shown.querySelectorAll('*')].map((it) => it.getBoundingClientRect());
                return !isOnItsWay && boxes.some(({ width, height }) => width > 0 && height > 0);
            });
            // A formula is drawn by the browser itself.
            if (route === '/display/markdown') await stage(page).locator('math msup').first().waitFor();
            // WebAssembly in a worker, by the policy that the server sends with it.
            if (route === '/media/rive') await until('the square is drawn', () => isRed(stage(page).locator('canvas')));
        }
    });

const property = () =>
    inGallery(async (page) => {
        await page.getByRole('textbox', { name: 'Search' }).fill('filledbutton');
        await page.locator(key('found:/buttons/filled-button')).click();
        await stage(page).getByRole('button', { name: 'Save' }).click();
        await shows(page, 'events', /on_click/);
        await page.getByRole('switch', { name: 'disabled' }).click();
        await page.waitForFunction(() => document.querySelector('[data-key="stage"] .t-button-filled')?.disabled);
    });

// It has the focus, or something in it.
const hasFocus = (locator) =>
    until(`the focus is on ${locator}`, () =>
        locator.evaluate((element) => {
            for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement)
                if (element.contains(at)) return true;
            return false;
        }),
    );

// What opens over the page by a button: the focus goes in, Escape closes it, and the focus is on the button again.
const MODALS = [
    '/dialogs/alert-dialog',
    '/dialogs/bottom-sheet',
    '/dialogs/date-picker',
    '/dialogs/time-picker',
    '/cupertino/cupertino-alert-dialog',
    '/cupertino/cupertino-action-sheet',
    '/navigation/navigation-drawer',
];

const modal = (page) =>
    page.locator('dialog[open], [role=dialog], [role=alertdialog]').filter({ visible: true }).first();

const modals = () =>
    inGallery(async (page, open) => {
        for (const route of MODALS) {
            await open(route);
            await opener(page).focus();
            await page.keyboard.press('Enter');
            await modal(page).waitFor();
            await hasFocus(modal(page));
            await page.keyboard.press('Escape');
            await modal(page).waitFor({ state: 'hidden' });
            await hasFocus(opener(page));
        }
        // By a button in it.
        await open('/dialogs/alert-dialog');
        await opener(page).click();
        await modal(page).getByRole('button').first().focus();
        await page.keyboard.press('Enter');
        await modal(page).waitFor({ state: 'hidden' });
        await hasFocus(opener(page));
    });

const menus = () =>
    inGallery(async (page, open) => {
        const menu = page.getByRole('menu').filter({ visible: true });
        // The menu itself has the focus until the code of its items has come.
        const item = menu.first().getByRole('menuitem').first();
        await open('/buttons/popup-menu-button');
        const more = opener(page, 'More');
        await more.focus();
        for (const last of ['Escape', 'Enter']) {
            await page.keyboard.press('ArrowDown');
            await menu.first().waitFor();
            await hasFocus(item);
            await page.keyboard.press(last);
            await menu.waitFor({ state: 'hidden' });
            await hasFocus(more);
        }
        await more.click();
        await item.click();
        await menu.waitFor({ state: 'hidden' });
        await hasFocus(more);
        // Tab goes on behind the button.
        await page.keyboard.press('ArrowDown');
        await menu.first().waitFor();
        await page.keyboard.press('Tab');
        await menu.waitFor({ state: 'hidden' });
        await page.waitForFunction(() => {
            const button = document.querySelector('.t-view:not([hidden]) [data-key="stage"] [aria-haspopup]');
            const at = document.activeElement;
            return at !== button && button.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
        });
        // What closes it without a press elsewhere leaves the focus where it was.
        await more.focus();
        await page.keyboard.press('ArrowDown');
        await menu.first().waitFor();
        await page.setViewportSize({ width: 1200, height: 800 });
        await menu.waitFor({ state: 'hidden' });
        await hasFocus(more);
        await page.setViewportSize({ width: 1280, height: 800 });
        await open('/buttons/menu-bar');
        const file = stage(page).getByRole('menuitem', { name: 'File' });
        for (const last of ['Escape', 'Enter']) {
            await file.focus();
            await page.keyboard.press('ArrowDown');
            await menu.first().waitFor();
            await hasFocus(item);
            await page.keyboard.press(last);
            await menu.waitFor({ state: 'hidden' });
            await hasFocus(file);
        }
    });

// No longer on its way: its place is the same a moment later.
const standsStill = (locator) =>
    until(`${locator} stands still`, async () => {
        const before = await locator.boundingBox();
        await pause(100);
        const { x, y } = await locator.boundingBox();
        return before.x === x && before.y === y;
    });

// Firefox's driver has the number pad's Enter alone.
const closers = () => ['Escape', 'Enter', ...(nameOfBrowser() === 'firefox' ? [] : ['NumpadEnter'])];

const dropdown = () =>
    inGallery(async (page, open) => {
        await open('/inputs/dropdown');
        const field = stage(page).getByRole('combobox');
        const options = page.getByRole('option').filter({ visible: true });
        for (const last of closers()) {
            await field.focus();
            await page.keyboard.press('ArrowDown');
            await options.first().waitFor();
            await page.keyboard.press('ArrowDown');
            await page.keyboard.press(last);
            await options.first().waitFor({ state: 'hidden' });
            await hasFocus(field);
        }
        await field.click();
        await standsStill(options.last());
        await options.last().click();
        await options.first().waitFor({ state: 'hidden' });
        await hasFocus(field);
        await open('/navigation/tabs');
        await stage(page).getByRole('tab', { name: 'News' }).focus();
        await page.keyboard.press('ArrowRight');
        await hasFocus(stage(page).getByRole('tab', { name: 'Sport' }));
    });

export const gallery = {
    'the gallery draws its pages': pages,
    'a property of a control is switched': property,
};

export const keyboard = {
    'dialogs and sheets give the focus back': modals,
    'menus give the focus back': menus,
    'a dropdown keeps the focus, tabs move it by arrows': dropdown,
};
