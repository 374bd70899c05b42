// What goes between a page and its server, and the tree that comes of it. Pure.

import { TRIES } from '../core/outbox.ts';
import { Action, decodeNumbered, decodePacket, type Numbered, type Packet } from '../core/packets.ts';
import { Control, isMap, Store, type Value } from '../core/tree.ts';

export interface Entry {
    at: number; // milliseconds
    kind: 'event' | 'update' | 'patch' | 'page' | 'call' | 'answer' | 'crash';
    what: string;
    bytes: number;
    answeredMs: number | null; // of an event: until the next patch
    number: number; // of what the browser sent and the server counts, or 0
    tries: number; // how often it was sent
    lost: string; // why nothing comes of it any more; empty: it is not lost
}

type Sent = { bytes: number; at: number; number?: number };

const KEPT = 200;
const TEXT = 60;
const LINES = 2000;

// What is not numbered has number 0 and confirms nothing.
function messageOf(data: unknown): Numbered | null {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (!(bytes instanceof Uint8Array)) return null;
    const whole = bytes.slice();
    return decodeNumbered(whole.buffer) ?? { number: 0, seen: 0, packet: decodePacket(whole) };
}

const sizeOf = (data: unknown): number => (data as { byteLength?: number }).byteLength ?? 0;

function shortOf(value: Value | undefined): string {
    if (typeof value === 'string') return JSON.stringify(value.length > TEXT ? `${value.slice(0, TEXT)}…` : value);
    if (value instanceof Control) return value.type;
    if (Array.isArray(value)) return `[${value.length}]`;
    if (typeof value === 'object' && value !== null) return '{…}';
    return String(value);
}

export function nameOf(control: Control): string {
    const key = control.props['key'];
    return typeof key === 'string' ? `${control.type} "${key}"` : `${control.type} ${control.id}`;
}

function childrenOf(value: Value | undefined): Control[] {
    if (value instanceof Control) return [value];
    if (Array.isArray(value)) return value.flatMap(childrenOf);
    return isMap(value) ? Object.values(value).flatMap(childrenOf) : [];
}

// Not only of what the client keeps for itself.
function isSeen(patch: unknown): boolean {
    if (!Array.isArray(patch)) return false;
    return patch.slice(1).some((change) => Array.isArray(change) && !String(change[2]).startsWith('_'));
}

export class Recorder {
    entries: Entry[] = [];
    session = '';
    version = 0;
    private store = new Store();
    private safe = 0; // the last number of the browser's that the server has for good

    sent(data: unknown, at: number): void {
        const message = messageOf(data);
        if (!message?.packet) return;
        const { number, packet } = message;
        this.version++;
        const before = number ? this.entries.find((entry) => entry.number === number) : undefined;
        if (before) this.sendAgain(before);
        else this.takeSent(packet, { bytes: sizeOf(data), at, number });
    }

    received(data: unknown, at: number): void {
        const message = messageOf(data);
        if (!message) return;
        this.safe = Math.max(this.safe, message.seen);
        if (message.packet) this.take(message.packet, sizeOf(data), at, message.number !== 0);
    }

    // A line for each control: its type, key and properties, indented.
    tree(): string[] {
        const lines: string[] = [];
        this.put(this.store.root, 0, lines);
        return lines;
    }

    private take({ action, body }: Packet, bytes: number, at: number, counts: boolean): void {
        this.version++;
        if (action === Action.Register) {
            this.add('page', this.register(body, counts), { bytes, at });
        } else if (action === Action.Patch) {
            if (isSeen(body['patch'])) this.answer(at);
            this.add('patch', this.patch(body), { bytes, at });
        } else if (action === Action.Invoke) {
            this.add('call', `${this.control(body['control_id'])}.${String(body['name'])}`, { bytes, at });
        } else if (action === Action.Crash) {
            this.lose(() => true, 'the session ended');
            this.add('crash', String(body['message'] ?? ''), { bytes, at });
        }
    }

    // Who counts gets no page where it has that of the session, and gives up what broke each connection, as the client
    // does (core/connection.ts).
    private register(body: Packet['body'], counts: boolean): string {
        const session = String(body['session_id'] ?? '');
        const isSame = session === this.session;
        const isOpen = ({ number }: Entry) => number === 0 || number > this.safe;
        if (!isSame || !counts) this.lose(isOpen, 'the page began anew');
        else {
            const oldest = this.entries.find((entry) => entry.number && isOpen(entry) && !entry.lost);
            const worn = oldest && oldest.tries >= TRIES ? oldest : null;
            this.lose((entry) => entry === worn, `the server failed each of the ${TRIES} times it was sent`);
        }
        this.session = session;
        const patch = body['page_patch'];
        if (isSame && counts && !(isMap(patch) && Object.keys(patch).length)) return 'the page stays as it is';
        this.store = new Store();
        this.store.mergePage(patch);
        return 'the whole page';
    }

    private lose(isLost: (entry: Entry) => boolean, why: string): void {
        for (const entry of this.entries)
            if (entry.kind === 'event' && entry.answeredMs === null && !entry.lost && isLost(entry)) entry.lost = why;
    }

    // It was given up by nobody who sends it.
    private sendAgain(entry: Entry): void {
        entry.tries++;
        entry.lost = '';
    }

    private takeSent({ action, body }: Packet, sent: Sent): void {
        if (action === Action.Event) this.add('event', `${this.control(body['target'])} ${String(body['name'])}`, sent);
        else if (action === Action.Update) {
            const props = isMap(body['props']) ? body['props'] : {};
            const list = Object.entries(props).map(([name, value]) => `${name}=${shortOf(value)}`);
            this.store.mergeLocal(Number(body['id']), props);
            this.add('update', `${this.control(body['id'])} ${list.join(' ')}`, sent);
        } else if (action === Action.Invoke) this.add('answer', 'of a method', sent);
    }

    private patch(body: Packet['body']): string {
        const { id, patch } = body;
        const count = Array.isArray(patch) ? patch.length - 1 : 0;
        this.store.patch(id, patch);
        return `${this.control(id)}, ${count} ${count === 1 ? 'change' : 'changes'}`;
    }

    private control(id: unknown): string {
        const control = this.store.find(Number(id));
        return control ? nameOf(control) : String(id);
    }

    private answer(at: number): void {
        const asked = this.entries.filter(({ kind }) => kind === 'event').at(-1);
        if (asked && asked.answeredMs === null && !asked.lost) asked.answeredMs = at - asked.at;
    }

    private add(kind: Entry['kind'], what: string, { bytes, at, number = 0 }: Sent): void {
        this.entries.push({ at, kind, what, bytes, answeredMs: null, number, tries: 1, lost: '' });
        if (this.entries.length > KEPT) this.entries.shift();
    }

    private put(control: Control, depth: number, lines: string[]): void {
        if (lines.length >= LINES) return;
        const props = Object.entries(control.props).filter(
            ([name, value]) => name !== 'key' && !childrenOf(value).length && !name.startsWith('_'),
        );
        const words = props.map(([name, value]) => `${name}=${shortOf(value)}`);
        lines.push([`${'  '.repeat(depth)}${nameOf(control)}`, ...words].join('  '));
        for (const value of Object.values(control.props))
            for (const child of childrenOf(value)) this.put(child, depth + 1, lines);
    }
}
