// A small server that speaks the page protocol: static files of the build and one WebSocket.
// The page is a plain tree; handlers change it and send patches, as the real server does.

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { workerPolicy } from './policy.ts';
import { decodePacket, encodePacket, Action, type Packet } from '../../src/core/packets.ts';

export type Node = { _c: string; _i: number; [name: string]: unknown };
type Handler = (data: unknown, mock: Mock) => void;

const TYPES: { [ext: string]: string } = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.json': 'application/json',
    '.svg': 'image/svg+xml',
};
export const PATIENCE_MS = 60_000;

// The header of a strict deployment; the client must live with it.
const CSP = "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

export class Mock {
    // Everything the browser said, oldest first.
    readonly heard: Packet[] = [];
    private hasBroken = false; // a request to /breaks, once
    readonly uploads: { path: string; method: string; body: string }[] = [];
    readonly controls: Node[] = [];
    readonly view: Node;
    readonly page: Node;
    // Pages of a test's own, by path; served without a content security policy.
    readonly pages = new Map<string, string>();
    session = 'session-1';
    policy = CSP;
    private readonly workers = workerPolicy();
    // Files of an app, by path; `/tiles/*` is each whose path begins so.
    readonly files = new Map<string, { type: string; bytes: Uint8Array | string }>();
    port = 0;
    private nextId = 10;
    private handlers = new Map<string, Handler>();
    private sockets = new Set<WebSocket>();
    private waiters: { test: (packet: Packet) => boolean; done: (packet: Packet) => void }[] = [];
    private http: Server;
    private ws: WebSocketServer;

    constructor(private readonly root: string) {
        this.view = {
            _c: 'View',
            _i: 3,
            route: '/',
            controls: this.controls,
            padding: { left: 10, top: 10, right: 10, bottom: 10 },
            _internals: { host_expanded: true },
        };
        this.page = {
            _c: 'Page',
            _i: 1,
            views: [this.view],
            _overlay: { _c: 'Overlay', _i: 4, controls: [], _internals: { host_positioned: true } },
            _dialogs: { _c: 'Dialogs', _i: 5, controls: [] },
            _services: { _c: 'ServiceRegistry', _i: 7, _services: [] },
        };
        this.http = createServer((request, response) => {
            const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
            if (request.method === 'PUT') return this.onUpload(request, response);
            const own = this.pages.get(path);
            if (own !== undefined) {
                response.writeHead(200, { 'Content-Type': TYPES['.html']! }).end(own);
                return;
            }
            const asset = this.files.get(path) ?? this.files.get(path.replace(/^(\/[^/]*\/).*$/, '$1*'));
            if (asset) {
                response.writeHead(200, { 'Content-Type': asset.type }).end(asset.bytes);
                return;
            }
            const file = join(this.root, path);
            const isFile = existsSync(file) && statSync(file).isFile();
            if (!isFile && extname(path) && extname(path) !== '.html') {
                response.writeHead(404).end();
                return;
            }
            const served = isFile ? file : join(this.root, 'index.html');
            response.writeHead(200, {
                'Content-Type': TYPES[extname(served)] ?? 'application/octet-stream',
                'Content-Security-Policy': path.startsWith(this.workers.names) ? this.workers.policy : this.policy,
                'Cache-Control': path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
            });
            createReadStream(served).pipe(response);
        });
        this.ws = new WebSocketServer({ server: this.http, path: '/ws' });
        this.ws.on('connection', (socket) => this.onSocket(socket));
    }

    async listen(): Promise<string> {
        await new Promise<void>((done) => this.http.listen(this.port, '127.0.0.1', done));
        this.port = (this.http.address() as AddressInfo).port;
        return `http://127.0.0.1:${this.port}/`;
    }

    async close(): Promise<void> {
        this.dropAll(1001);
        this.ws.close();
        this.http.closeAllConnections();
        await new Promise((done) => this.http.close(done));
    }

    make(type: string, props: { [name: string]: unknown } = {}): Node {
        const node: Node = { _c: type, _i: this.nextId++ };
        for (const [name, value] of Object.entries(props)) {
            if (typeof value === 'function') {
                node[name] = true;
                this.handlers.set(`${node._i} ${name.replace(/^on_/, '')}`, value as Handler);
            } else node[name] = value;
        }
        if (['Column', 'Row'].includes(type)) node['_internals'] = { host_expanded: true };
        if (type === 'Stack') node['_internals'] = { host_positioned: true };
        return node;
    }

    set(node: Node, props: { [name: string]: unknown }): void {
        Object.assign(node, props);
        const ops = Object.entries(props).map(([name, value]) => [0, 0, name, value]);
        this.send(Action.Patch, { id: node._i, patch: [[0], ...ops] });
    }

    // Raw list operations on `controls`, applied here and there.
    edit(node: Node, name: string, ...ops: unknown[][]): void {
        const list = node[name] as unknown[];
        for (const [code, first, second] of ops as [number, number, never][]) {
            if (code === 1) list.splice(first, 0, second);
            if (code === 2) list.splice(first, 1);
            if (code === 3) list.splice(second, 0, ...list.splice(first, 1));
        }
        const wire = ops.map(([code, first, second]) =>
            code === 3 ? [3, 1, first, 1, second] : code === 2 ? [2, 1, first] : [code, 1, first, second],
        );
        this.send(Action.Patch, { id: node._i, patch: [[0, { [name]: [1] }], ...wire] });
    }

    send(action: number, body: unknown): void {
        for (const socket of this.sockets) socket.send(encodePacket(action, body));
    }

    sendRaw(bytes: Uint8Array): void {
        for (const socket of this.sockets) socket.send(bytes);
    }

    dropAll(code: number, reason = ''): void {
        for (const socket of this.sockets) socket.close(code, reason);
        this.sockets.clear();
    }

    // Already heard packets count only from `since` on.
    waitFor(test: (packet: Packet) => boolean, since = 0): Promise<Packet> {
        const found = this.heard.slice(since).find(test);
        if (found) return Promise.resolve(found);
        return new Promise((done, fail) => {
            const timer = setTimeout(
                () => fail(new Error(`the browser did not say it:\n${test}\nbut ${this.lastWords(since)}`)),
                PATIENCE_MS,
            );
            this.waiters.push({
                test,
                done: (packet) => {
                    clearTimeout(timer);
                    done(packet);
                },
            });
        });
    }

    private lastWords(since: number): string {
        return JSON.stringify(this.heard.slice(since).slice(-5)).slice(0, 2000);
    }

    private onUpload(request: IncomingMessage, response: ServerResponse): void {
        if (request.url === '/breaks' && !this.hasBroken) {
            this.hasBroken = true;
            request.once('data', () => request.destroy());
            return;
        }
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
            const body = Buffer.concat(parts).toString();
            this.uploads.push({ path: request.url!, method: request.method!, body });
            response.writeHead(request.url!.includes('bad') ? 403 : 200).end();
        });
    }

    private onSocket(socket: WebSocket): void {
        socket.on('error', () => undefined);
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('message', (data) => {
            const packet = decodePacket(data as Buffer);
            if (!packet) return;
            if (packet.action === Action.Register) this.onRegister(socket);
            else this.onPacket(packet);
            this.heard.push(packet);
            for (const waiter of this.waiters.filter(({ test }) => test(packet))) waiter.done(packet);
            this.waiters = this.waiters.filter(({ test }) => !test(packet));
        });
    }

    private onRegister(socket: WebSocket): void {
        this.sockets.add(socket);
        socket.send(
            encodePacket(Action.Register, {
                session_id: this.session,
                error: '',
                page_patch: this.page,
            }),
        );
    }

    private onPacket({ action, body }: Packet): void {
        if (action === Action.Update) {
            const node = find(this.page, body['id'] as number);
            if (node) Object.assign(node, body['props']);
        }
        if (action === Action.Event)
            this.handlers.get(`${String(body['target'])} ${String(body['name'])}`)?.(body['data'], this);
    }
}

function find(value: unknown, id: number): Node | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    if ((value as Node)._i === id) return value as Node;
    for (const item of Object.values(value)) {
        const found = find(item, id);
        if (found) return found;
    }
    return undefined;
}
