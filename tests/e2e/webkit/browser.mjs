// Debian's WebKit: its small browser in a display that nobody sees, driven by webkit2gtk-driver. The nearest to Safari that
// runs here.

import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { Page } from './page.mjs';
import { Session } from './session.mjs';
import { within } from '../waits.mjs';

export { DRIVER } from './session.mjs';
export const SCREEN = process.env.XVFB ?? '/usr/bin/Xvfb';
const VIEWPORT = { width: 1280, height: 720 };
const SCREEN_SIZE = '1600x1400x24';
const START_MS = 30_000;

class Context extends EventEmitter {
    all = [];
    patienceMs = START_MS;

    constructor(display, viewport = VIEWPORT) {
        super();
        this.display = display;
        this.viewport = viewport;
    }

    setDefaultTimeout(patienceMs) {
        this.patienceMs = patienceMs;
    }

    pages() {
        return this.all;
    }

    async newPage() {
        const page = new Page(this, await Session.start(this.display));
        this.all.push(page);
        this.emit('page', page);
        await page.setViewportSize(this.viewport);
        return page;
    }

    async close() {
        await Promise.all(
            this.all.splice(0).map(async (page) => {
                await page.collect();
                await page.session.end();
            }),
        );
    }
}

class Browser {
    contexts = [];

    constructor(screen, display) {
        this.screen = screen;
        this.display = display;
        this.onExit = () => screen.kill();
        process.on('exit', this.onExit);
    }

    newContext({ viewport } = {}) {
        const context = new Context(this.display, viewport);
        this.contexts.push(context);
        return context;
    }

    async close() {
        await Promise.all(this.contexts.map((context) => context.close()));
        process.off('exit', this.onExit);
        this.screen.kill();
    }
}

export async function launchWebKit() {
    const screen = spawn(SCREEN, ['-displayfd', '3', '-screen', '0', SCREEN_SIZE, '-nolisten', 'tcp'], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = await within('Xvfb says its display', START_MS, once(screen.stdio[3], 'data'));
    return new Browser(screen, `:${String(number).trim()}`);
}
