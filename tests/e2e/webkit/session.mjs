// A window of WebKit's small browser, spoken to over the WebDriver protocol (https://www.w3.org/TR/webdriver2/): a driver
// has one session, so each window has a driver of its own, and nothing in common with any other.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../ports.mjs';
import { inTime, late, until, within } from '../waits.mjs';

export const DRIVER = process.env.WEBKIT_DRIVER ?? '/usr/bin/WebKitWebDriver';
const START_MS = 60_000;
const CALL_MS = 20_000;
const SCRIPT_MS = 30_000; // a story that is told once more has to end in its time
const LEAVE_MS = 4000; // less than what is waited for a window that a failed story leaves
// Loading is waited for by who wants it: what is to be heard must be heard from the start.
const CAPABILITIES = { pageLoadStrategy: 'none', timeouts: { script: SCRIPT_MS } };

// WebKit or its driver stands still. A page that never ends what it does looks alike, but does so each time.
export class DriverHangs extends Error {}

export class Session {
    static async start(display) {
        const port = await freePort();
        // Quiet: what there is to say comes as an answer.
        const driver = spawn(DRIVER, [`--port=${port}`], {
            // Without layers: there is no processor for graphics, and they are drawn by the others.
            env: { ...process.env, DISPLAY: display, NO_AT_BRIDGE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' },
            stdio: 'ignore',
        });
        const session = new Session(driver, `http://127.0.0.1:${port}`);
        await until('WebKit’s driver is there', () => session.isReady(), Boolean, { patienceMs: START_MS });
        const { sessionId } = await session.call('POST', '/session', { capabilities: { alwaysMatch: CAPABILITIES } });
        session.path = `/session/${sessionId}`;
        return session;
    }

    constructor(driver, origin) {
        this.driver = driver;
        this.origin = origin;
        this.path = '';
        this.onExit = () => driver.kill();
        process.on('exit', this.onExit);
    }

    isReady() {
        return this.call('GET', '/status').then(
            () => true,
            () => false,
        );
    }

    // The session's own commands are named without its path.
    async call(method, path, body, patienceMs = CALL_MS) {
        const answer = this.ask(method, path, body);
        answer.catch(() => undefined); // later, nobody is there for it
        const value = await inTime(answer, patienceMs);
        if (value === late) throw new DriverHangs(`WebKit’s driver does not answer ${method} ${path}`);
        return value;
    }

    // Without a time limit of its own: that of a fetch is not kept by Node 18 once memory was collected.
    async ask(method, path, body) {
        const response = await fetch(this.origin + this.path + path, {
            method,
            headers: { 'content-type': 'application/json' },
            body: body && JSON.stringify(body),
        });
        const { value } = await response.json();
        if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
        return value;
    }

    // Runs a function in the page, async or not, and returns what it returns.
    async evaluate(fn, arg, patienceMs = SCRIPT_MS + CALL_MS) {
        const script = `const [arg, done] = arguments;
            Promise.resolve().then(() => (${fn})(arg)).then((it) => done([it ?? null, null]), (e) => done([null, String(e)]));`;
        const args = [arg ?? null];
        const [value, error] = await this.call('POST', '/execute/async', { script, args }, patienceMs);
        if (error !== null) assert.fail(error);
        return value;
    }

    async end() {
        process.off('exit', this.onExit);
        await this.call('DELETE', '', undefined, LEAVE_MS).catch(() => undefined);
        const ended = once(this.driver, 'exit');
        this.driver.kill('SIGKILL'); // one that stands still hears nothing else
        await within('WebKit’s driver ends', START_MS, ended);
    }
}
