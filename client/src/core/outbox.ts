// What the server has not confirmed: in order, numbered, bounded in messages and bytes. Pure.
//
// A message leaves the box when the server says that it is safe, and goes out again after every break until then. To
// a server that does not count, it leaves when it is sent.
//
//     [ sent on this connection | not sent yet ]   numbers grow, with gaps where something was taken out

import { Action, encodeWithRoom, HEAD_BYTES } from './packets.ts';
import type { ValueMap } from './tree.ts';

export type Message = { action: number; body: { [key: string]: unknown } };

export type Kept = Message & {
    number: number;
    bytes: Uint8Array<ArrayBuffer>; // with room for a head
    before?: ValueMap | undefined; // of an update: the values that it replaced
    tries: number; // on how many connections it went out
    since: number; // when it first did
};

export interface Caps {
    messages: number;
    bytes: number;
}

// An event that breaks every process that it reaches must not do so for ever.
export const TRIES = 3;
const RECENT = 64;

export class Outbox {
    private kept: Kept[] = [];
    private sent = 0; // of those, on this connection
    private bytes = 0;
    private last = 0;
    private taken = 0; // by the session, as it said when this connection began
    // Safe, but the server may still say something that is older (rebase.ts).
    private recent: Kept[] = [];
    // Of the patch that comes next: up to which message its texts are made of.
    madeOf: number | undefined;

    constructor(private readonly caps: Caps = { messages: 512, bytes: 2 << 20 }) {}

    get length(): number {
        return this.kept.length;
    }

    // The oldest number that is kept, or the next one.
    get first(): number {
        return this.kept[0]?.number ?? this.last + 1;
    }

    // The newest number that was given.
    get newest(): number {
        return this.last;
    }

    // False: it is full. An answer to a call is always taken: the server bounds those.
    push(message: Message, bytes: Uint8Array<ArrayBuffer>, before?: ValueMap): boolean {
        this.dropWishes(message);
        if (this.fold(message, bytes)) return true;
        const isFull = this.kept.length >= this.caps.messages || this.bytes + bytes.length > this.caps.bytes;
        if (isFull && message.action !== Action.Invoke) return false;
        this.kept.push({ ...message, bytes, before, number: ++this.last, tries: 0, since: 0 });
        this.bytes += bytes.length;
        return true;
    }

    // The next one for this connection. After two breaks one at a time goes out, until it is safe: the line breaks
    // because of one of them, and the others must not be given up for it.
    next(now: number): Kept | undefined {
        const message = this.kept[this.sent];
        if (!message || (this.sent > 0 && this.kept[0]!.tries >= TRIES)) return undefined;
        this.sent++;
        if (message.tries++ === 0) message.since = now;
        return message;
    }

    // A new connection: all goes out again but what the session has up to this number, which is kept all the same: it
    // is not safe yet, and another session may know less.
    rewind(taken: number): void {
        this.sent = 0;
        while (this.sent < this.kept.length && this.kept[this.sent]!.number <= taken) this.sent++;
        this.taken = taken;
    }

    // What no session has taken: it may still be changed.
    open(): Kept[] {
        return this.kept.filter(({ number }) => number > this.taken);
    }

    // Those behind that number; `onlyTaken`: of those that the session has taken when this connection began.
    since(number: number, onlyTaken: boolean): Kept[] {
        const last = onlyTaken ? this.taken : Infinity;
        return [...this.recent, ...this.kept].filter((message) => message.number > number && message.number <= last);
    }

    // Up to this number the server has them for good.
    confirm(number: number): void {
        let count = 0;
        while (count < this.kept.length && this.kept[count]!.number <= number) count++;
        this.recent = [...this.recent, ...this.kept.slice(0, count)].slice(-RECENT);
        this.remove(0, count);
    }

    // What went out on this connection, to a server that does not count.
    forgetSent(): void {
        this.remove(0, this.sent);
    }

    // The oldest, where it has gone out often enough, and nothing of it was heard.
    giveUp(): Kept | undefined {
        const oldest = this.kept[0];
        if (!oldest || oldest.tries < TRIES) return undefined;
        this.remove(0, 1);
        for (const message of this.kept) message.tries = 0;
        return oldest;
    }

    // How long the oldest has waited for its confirmation.
    age(now: number): number {
        const oldest = this.kept[0];
        return oldest?.tries ? now - oldest.since : 0;
    }

    // Events of controls that another session owned must never reach the controls of a new one.
    keepOnly(isWanted: (message: Message) => boolean): void {
        this.recent = [];
        for (let i = this.kept.length; i-- > 0; ) if (!isWanted(this.kept[i]!)) this.remove(i, 1);
    }

    // Its body is another one now.
    change(message: Kept, body: Message['body']): void {
        const bytes = encodeWithRoom(message.action, body);
        if (this.kept.includes(message)) this.bytes += bytes.length - message.bytes.length;
        message.body = body;
        message.bytes = bytes;
    }

    private remove(at: number, count: number): void {
        for (const { bytes } of this.kept.splice(at, count)) this.bytes -= bytes.length;
        if (this.sent > at) this.sent = Math.max(at, this.sent - count);
    }

    // Of the ranges that a list wants to show, only the latest is still wanted.
    private dropWishes({ action, body }: Message): void {
        if (action !== Action.Event || body['name'] !== 'rows') return;
        for (let i = this.kept.length; i-- > 0; ) {
            const { body: other, action: what, tries } = this.kept[i]!;
            const isSame = what === Action.Event && other['name'] === 'rows' && other['target'] === body['target'];
            if (tries === 0 && isSame) this.remove(i, 1);
        }
    }

    // Only the last value of a property matters where nothing happened between two, and nobody saw the earlier.
    private fold(message: Message, bytes: Uint8Array<ArrayBuffer>): boolean {
        const newest = this.kept.at(-1);
        if (message.action !== Action.Update || !newest || newest.action !== Action.Update || newest.tries)
            return false;
        if (newest.body['id'] !== message.body['id'] || keysOf(newest) !== keysOf(message)) return false;
        this.bytes += bytes.length - newest.bytes.length;
        newest.body = message.body;
        newest.bytes = bytes;
        return true;
    }
}

export function sizeOf(bytes: Uint8Array): number {
    return bytes.length - HEAD_BYTES;
}

function keysOf({ body }: Message): string {
    return Object.keys(body['props'] as object).join();
}
