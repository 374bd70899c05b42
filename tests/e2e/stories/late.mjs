// Code that is fetched on demand, over a line on which it does not come at first.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { complaintsOf, key, run, serve, until, visit } from '../support.mjs';

// A line to the server on which requests of `kept` are refused for as long as it is away.
async function lineTo(port, kept) {
    const line = { isAway: false, refused: [] };
    const server = createServer((near) => {
        const far = connect(port, '127.0.0.1');
        far.pipe(near);
        near.on('data', (bytes) => {
            const [, path] = /^GET (\S+)/.exec(bytes.toString('latin1')) ?? [];
            if (!line.isAway || !path || !kept.test(path)) return far.write(bytes);
            line.refused.push(path);
            near.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        });
        for (const [one, other] of [
            [near, far],
            [far, near],
        ]) {
            one.on('error', () => other.destroy());
            one.on('close', () => other.destroy());
        }
    });
    server.unref(); // a test that fails leaves it, and its file has to end
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    line.url = `http://127.0.0.1:${server.address().port}/`;
    line.close = () => server.close();
    return line;
}

async function comesLater() {
    const program = run('gallery', ['--routes']);
    await program.closed;
    const route = '/inputs/range-slider';
    assert.ok(program.log.includes(route));
    const server = await serve('gallery');
    const line = await lineTo(server.port, /\/assets\/.*\.js/);
    const { page, leave } = await visit(line.url, { isHarmless: [/503/] });
    await page.locator(key('groups')).waitFor();
    line.isAway = true;
    await page.evaluate((path) => {
        history.pushState(null, '', path);
        dispatchEvent(new PopStateEvent('popstate'));
    }, route);
    await until('its code is asked for, in vain', () => line.refused.some((path) => path.includes('rangeslider')));
    // Its parts come later than itself.
    line.isAway = false;
    await page.locator('.t-view:not([hidden]) md-slider').first().waitFor();
    await leave();
    line.close();
    assert.deepEqual(complaintsOf(server.log), []);
    await server.kill();
}

export const late = { 'code that does not come at first comes when the line is back': comesLater };
