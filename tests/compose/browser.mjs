// A browser without a window: the client's own connection and page model (bundled from client/src) over
// a real WebSocket, so that this test speaks exactly what a browser speaks.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const CLIENT = new URL('../../client/', import.meta.url);
const require = createRequire(new URL('package.json', CLIENT));
const { WebSocket } = require('ws');
const ACTION_PATCH = 2;
const ACTION_EVENT = 3;
const ACTION_CRASH = 6;

const { Connection, Control, Store } = await load();

async function load() {
    const folder = fileURLToPath(CLIENT);
    const built = await require('esbuild').build({
        absWorkingDir: folder,
        stdin: {
            contents: `export { Connection } from "./src/core/connection.ts";
                       export { Control, Store } from "./src/core/tree.ts";`,
            resolveDir: folder,
        },
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        target: 'node18',
    });
    const text = Buffer.from(built.outputFiles[0].contents).toString('base64');
    return import(`data:text/javascript;base64,${text}`);
}

const page = {
    route: '/',
    pwa: false,
    web: true,
    debug: false,
    wasm: false,
    test: false,
    multi_view: false,
    pyodide: false,
    platform_brightness: 'light',
    width: 1280,
    height: 720,
    platform: 'linux',
    window: {},
    media: {},
    troupe: 1, // our own client: a reload takes its session over
};

// Answers what `look` returns as soon as that is not undefined, null or false.
export async function eventually(what, look, deadlineMs = 60_000) {
    const end = performance.now() + deadlineMs;
    for (;;) {
        const found = await look();
        if (found !== undefined && found !== null && found !== false) return found;
        if (performance.now() > end) throw new Error(`not in ${deadlineMs} ms: ${what}`);
        await new Promise((wake) => setTimeout(wake, 50));
    }
}

// One tab. It reconnects by itself, as the client does; reload() is what F5 does.
export class Tab {
    sessionId = null;
    registrations = 0;
    sessions = 0; // that it has had
    crash = null;
    refused = null; // the HTTP status that came instead of a WebSocket, or the close code of a refusal for good
    #port;
    #origin;
    #store;
    #connection;
    #sockets;

    // With an Origin, as browsers do: the gateway compares it with the Host that the balancer hands on.
    constructor(port, origin = `http://127.0.0.1:${port}`) {
        this.#port = port;
        this.#origin = origin;
        this.#start();
    }

    #start() {
        const sockets = (this.#sockets = { isClosed: false, last: null });
        this.#store = new Store();
        this.#connection = new Connection({
            open: () => this.#open(sockets),
            clock: {
                now: () => performance.now(),
                random: () => Math.random(),
                setTimeout: (callback, ms) => setTimeout(() => sockets.isClosed || callback(), ms),
                clearTimeout: (timer) => clearTimeout(timer),
            },
            document: 1 + Math.floor(Math.random() * 2 ** 48),
            isWatched: () => true,
            registration: () => ({ session_id: this.sessionId, page_name: '', page }),
            onRegistered: (body, outbox) => this.#onRegistered(body, outbox),
            onPacket: ({ action, body }) => this.#onPacket(action, body),
            onCaughtUp: () => undefined,
            onFull: () => undefined,
            onRoom: () => undefined,
            onLate: () => undefined,
            onGivenUp: () => undefined,
            onTooBig: () => undefined,
            onState: () => undefined,
            onBadData: (error) => (this.crash = String(error)),
        });
        this.#connection.start();
    }

    #open(sockets) {
        const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/ws`, { origin: this.#origin });
        socket.on('error', () => undefined); // a close always follows
        socket.on('unexpected-response', (request, { statusCode }) => {
            this.refused = statusCode;
            request.destroy();
        });
        socket.on('close', (code) => {
            if (code >= 4400 && code <= 4499) this.refused = code;
        });
        sockets.last = socket;
        return socket;
    }

    #onRegistered(body, outbox) {
        if (body.session_id !== this.sessionId) {
            outbox.keepOnly(() => false);
            this.#store = new Store();
            this.sessions++;
        }
        this.sessionId = body.session_id;
        this.#store.mergePage(body.page_patch);
        this.registrations++;
    }

    #onPacket(action, body) {
        if (action === ACTION_PATCH) this.#store.patch(body.id, body.patch);
        if (action === ACTION_CRASH) this.crash = body.message;
    }

    get isReady() {
        return this.#connection.state.name === 'ready' && this.count !== null;
    }

    // The number that the page shows; null while it shows none.
    get count() {
        const text = find(this.#store.root, 'Text');
        return text === null ? null : Number(text.props.value);
    }

    async ready() {
        await eventually('a page', () => this.isReady);
        return this;
    }

    click() {
        const { id } = find(this.#store.root, 'FilledButton');
        this.#connection.send(ACTION_EVENT, { target: id, name: 'click', data: null });
    }

    // One click, and its effect on this page. One of before that was late may count with it.
    async add(deadlineMs) {
        const before = this.count;
        this.click();
        await eventually(`the count ${before + 1}`, () => this.count > before, deadlineMs);
    }

    async reload() {
        this.close();
        this.#start();
        await this.ready();
    }

    // The server is there now.
    goTo(port) {
        this.#port = port;
        this.#origin = `http://127.0.0.1:${port}`;
        return this.reload();
    }

    close() {
        this.#sockets.isClosed = true;
        this.#sockets.last.onclose = null;
        this.#sockets.last.onmessage = null;
        this.#sockets.last.close();
    }
}

function find(value, type) {
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return null;
    if (value instanceof Control && value.type === type) return value;
    for (const item of Object.values(value instanceof Control ? value.props : value)) {
        const found = find(item, type);
        if (found !== null) return found;
    }
    return null;
}
