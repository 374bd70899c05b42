// Life cycle of the socket: connect, register, reconnect. Socket and clock are given, so tests own both.
//
//   connecting ──open──> registering ──answer──> ready
//       ^                     │                    │
//       └────── waiting <─────┴───────close────────┘
//   taken: another window has the session.  broken: protocol error, slow retry.  refused, final: stay.

import { Action, decodePacket, encodePacket, type Packet } from './packets.ts';
import { Outbox, type Message } from './outbox.ts';
import { CLOSE_BAD_DATA, verdictOf } from './closecodes.ts';

export type State =
    | { name: 'connecting' | 'registering' | 'ready' | 'taken' }
    | { name: 'waiting'; isBusy?: boolean }
    | { name: 'broken' | 'refused' | 'final'; reason: string; code?: number };

export interface SocketLike {
    binaryType: string;
    onopen: (() => void) | null;
    onmessage: ((event: { data: unknown }) => void) | null;
    onclose: ((event: { code: number; reason: string }) => void) | null;
    onerror: (() => void) | null;
    send(data: Uint8Array<ArrayBuffer>): void;
    close(code?: number, reason?: string): void;
}

export interface Clock {
    now(): number;
    random(): number;
    setTimeout(callback: () => void, ms: number): number;
    clearTimeout(timer: number): void;
}

export interface Host {
    open(): SocketLike;
    clock: Clock;
    registration(): { [key: string]: unknown };
    // Called before anything queued goes out, so that it can still be changed.
    onRegistered(body: Packet['body'], outbox: Outbox): void;
    onPacket(packet: Packet): void;
    onState(state: State): void;
    onBadData(error: unknown): void;
    // A message that is not sent, as it is over the limit.
    onTooBig(message: Message, bytes: number): void;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
const BROKEN_DELAY_MS = 15_000;
const ANSWER_TIMEOUT_MS = 15_000;
// A connection that breaks sooner than this after its registration was no success.
const STABLE_MS = 5_000;
// The server closes the connection for a longer one (wire/limits.h), and would again each time it came.
export const MESSAGE_CAP_BYTES = 256 * 1024;

export class Connection {
    readonly outbox = new Outbox();
    private socket: SocketLike | null = null;
    private timer: number | null = null;
    private attempt = 0;
    private readyAt = 0;
    private current: State = { name: 'waiting' };

    constructor(private readonly host: Host) {}

    get state(): State {
        return this.current;
    }

    start(): void {
        this.drop();
        this.enter({ name: 'connecting' });
        const socket = this.open();
        if (!socket) return;
        this.socket = socket;
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => this.register();
        socket.onmessage = ({ data }) => this.read(data);
        socket.onclose = ({ code, reason }) => this.onClose(code, reason);
        socket.onerror = () => undefined;
        this.wait(ANSWER_TIMEOUT_MS, () => this.giveUp());
    }

    // The browser refuses an address that will not do the next time either.
    private open(): SocketLike | undefined {
        try {
            return this.host.open();
        } catch (error) {
            this.enter({ name: 'final', reason: `The browser does not allow the connection. ${String(error)}` });
            return undefined;
        }
    }

    // The page came back as the browser had kept it; its socket is gone without a word.
    resume(): void {
        if (!['final', 'refused', 'taken'].includes(this.current.name)) this.start();
    }

    // The network or the person came back: do not sit out the delay.
    retryNow(): void {
        if (this.current.name === 'waiting') this.start();
    }

    send(action: number, body: Message['body']): void {
        const bytes = encodePacket(action, body);
        if (bytes.length > MESSAGE_CAP_BYTES) this.host.onTooBig({ action, body }, bytes.length);
        else if (this.current.name === 'ready' && this.socket) this.socket.send(bytes);
        else this.outbox.push({ action, body });
    }

    private register(): void {
        this.enter({ name: 'registering' });
        this.socket?.send(encodePacket(Action.Register, this.host.registration()));
    }

    private read(data: unknown): void {
        try {
            if (!(data instanceof ArrayBuffer)) return;
            const packet = decodePacket(data);
            if (!packet) return;
            if (packet.action === Action.Register) this.onAnswer(packet.body);
            else this.host.onPacket(packet);
        } catch (error) {
            this.host.onBadData(error);
            this.drop(CLOSE_BAD_DATA);
            this.retryLater();
        }
    }

    private onAnswer(body: Packet['body']): void {
        if (this.current.name !== 'registering') throw new Error('unexpected registration answer');
        this.clearTimer();
        if (body['error']) return this.enter({ name: 'refused', reason: String(body['error']) });
        this.host.onRegistered(body, this.outbox);
        this.readyAt = this.host.clock.now();
        this.enter({ name: 'ready' });
        for (const message of this.outbox.takeAll()) this.send(message.action, message.body);
    }

    private onClose(code: number, reason: string): void {
        this.drop();
        if (this.current.name === 'refused') return;
        const verdict = verdictOf(code, reason);
        const why = reason || `code ${code}`;
        if (verdict === 'taken') return this.enter({ name: 'taken' });
        if (verdict === 'final') return this.enter({ name: 'final', reason: why, code });
        if (verdict === 'slowly') return this.retrySlowly(why);
        if (verdict === 'busy') this.attempt = Math.max(this.attempt, 3);
        this.retryLater(verdict === 'busy');
    }

    private giveUp(): void {
        this.drop(CLOSE_BAD_DATA);
        this.retryLater();
    }

    private retryLater(isBusy = false): void {
        this.forgiveIfStable();
        const delay = Math.min(FIRST_DELAY_MS * 2 ** this.attempt++, MAX_DELAY_MS);
        this.enter(isBusy ? { name: 'waiting', isBusy } : { name: 'waiting' });
        this.wait(delay * (0.5 + this.host.clock.random() / 2), () => this.start());
    }

    private retrySlowly(reason: string): void {
        this.forgiveIfStable();
        const delay = BROKEN_DELAY_MS * 2 ** Math.min(this.attempt++, 3);
        this.enter({ name: 'broken', reason });
        this.wait(delay * (0.75 + this.host.clock.random() / 2), () => this.start());
    }

    private forgiveIfStable(): void {
        if (this.readyAt && this.host.clock.now() - this.readyAt >= STABLE_MS) this.attempt = 0;
        this.readyAt = 0;
    }

    private enter(state: State): void {
        this.current = state;
        this.host.onState(state);
    }

    private wait(ms: number, then: () => void): void {
        this.clearTimer();
        this.timer = this.host.clock.setTimeout(() => {
            this.timer = null;
            then();
        }, ms);
    }

    private clearTimer(): void {
        if (this.timer !== null) this.host.clock.clearTimeout(this.timer);
        this.timer = null;
    }

    private drop(code = 1000): void {
        this.clearTimer();
        const socket = this.socket;
        this.socket = null;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
        socket.close(code);
    }
}
