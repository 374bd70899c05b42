// What goes between a page and its server, and the tree that comes of it. Pure.

import { Action, decodeNumbered, decodePacket, type Packet } from '../core/packets.ts';
import { Control, isMap, Store, type Value } from '../core/tree.ts';

export interface Entry {
    at: number; // milliseconds
    kind: 'event' | 'update' | 'patch' | 'page' | 'call' | 'answer' | 'crash';
    what: string;
    bytes: number;
    answeredMs: number | null; // of an event: until the next patch
}

const KEPT = 200;
const TEXT = 60;
const LINES = 2000;

function packetOf(data: unknown): Packet | null {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (!(bytes instanceof Uint8Array)) return null;
    const whole = bytes.slice();
    return decodeNumbered(whole.buffer)?.packet ?? decodePacket(whole);
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

    sent(data: unknown, at: number): void {
        const packet = packetOf(data);
        if (packet) this.take(packet, sizeOf(data), at, true);
    }

    received(data: unknown, at: number): void {
        const packet = packetOf(data);
        if (packet) this.take(packet, sizeOf(data), at, false);
    }

    // A line for each control: its type, key and properties, indented.
    tree(): string[] {
        const lines: string[] = [];
        this.put(this.store.root, 0, lines);
        return lines;
    }

    private take({ action, body }: Packet, bytes: number, at: number, isSent: boolean): void {
        this.version++;
        if (isSent) return this.takeSent(action, body, bytes, at);
        if (action === Action.Register) {
            this.session = String(body['session_id'] ?? '');
            this.store = new Store();
            this.store.mergePage(body['page_patch']);
            this.add('page', 'the whole page', bytes, at);
        } else if (action === Action.Patch) {
            if (isSeen(body['patch'])) this.answer(at);
            this.add('patch', this.patch(body), bytes, at);
        } else if (action === Action.Invoke) {
            this.add('call', `${this.control(body['control_id'])}.${String(body['name'])}`, bytes, at);
        } else if (action === Action.Crash) {
            this.add('crash', String(body['message'] ?? ''), bytes, at);
        }
    }

    private takeSent(action: number, body: Packet['body'], bytes: number, at: number): void {
        if (action === Action.Event)
            this.add('event', `${this.control(body['target'])} ${String(body['name'])}`, bytes, at);
        else if (action === Action.Update) {
            const props = isMap(body['props']) ? body['props'] : {};
            const list = Object.entries(props).map(([name, value]) => `${name}=${shortOf(value)}`);
            this.store.mergeLocal(Number(body['id']), props);
            this.add('update', `${this.control(body['id'])} ${list.join(' ')}`, bytes, at);
        } else if (action === Action.Invoke) this.add('answer', 'of a method', bytes, at);
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
        if (asked && asked.answeredMs === null) asked.answeredMs = at - asked.at;
    }

    private add(kind: Entry['kind'], what: string, bytes: number, at: number): void {
        this.entries.push({ at, kind, what, bytes, answeredMs: null });
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
