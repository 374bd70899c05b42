// The pages of the gallery, one after the other in one window.

import { key, run } from './support.mjs';

// "/buttons/filled-button FilledButton", a line for each page.
export async function routes() {
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
export async function go(page, { route, name }) {
    await page.evaluate((path) => {
        history.pushState(null, '', path);
        dispatchEvent(new PopStateEvent('popstate'));
    }, route);
    await page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();
    await page.locator(`.t-view:not([hidden]) ${key('stage')}`).waitFor();
}
