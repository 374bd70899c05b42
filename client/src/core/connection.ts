// Life cycle of the socket: connect, register, reconnect. Socket and clock are given, so tests own both.
//
//   connecting ──open──> registering ──answer──> ready
//       ^                     │                    │
//       └────── waiting <─────┴───────close────────┘   or silence (beat.ts)
//   taken: another window has the session.  broken: protocol error, slow retry.  refused, final: stay.

import { Beat } from './beat.ts';
import type { Clock } from './clock.ts';
import {
    Action,
    decodeNumbered,
    decodePacket,
    encodePacket,
    encodeBytes,
    encodePing,
    encodeSeen,
    encodeWithRoom,
    PacketError,
    plainOf,
    writeHead,
    type Numbered,
    type Packet,
} from './packets.ts';
import { Outbox, sizeOf, type Message } from './outbox.ts';
import type { ValueMap } from './tree.ts';
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

// What a server that counts needs to know: this document, the oldest number that is kept, the last of its own that came.
export type Resume = [document: number, first: number, seen: number];

export interface Host {
    open(): SocketLike;
    clock: Clock;
    // Random, of this load of the page.
    document: number;
    isWatched(): boolean;
    registration(resume: Resume): { [key: string]: unknown };
    // Called before anything queued goes out, so that it can still be changed. The server counts, or does not.
    onRegistered(body: Packet['body'], outbox: Outbox, counts: boolean): void;
    // All that was missed has come; what is queued goes out now. At once where nothing was.
    onCaughtUp(outbox: Outbox): void;
    onPacket(packet: Packet): void;
    // Too much waits already; and: there is room again.
    onFull(message: Message): void;
    onRoom(): void;
    // The server has not confirmed for a while what was sent; or now it has.
    onLate(isLate: boolean): void;
    // An event that was sent again and again, and broke the connection each time.
    onGivenUp(message: Message): void;
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
// A page that ends the server when it is opened ends it for everybody, and again as soon as it is back. Where gateways
// live on they put such visitors off (gateway/fatal_openings.h); where all is one process nobody else knows.
const WELL_MS = 1_000;
const FATAL_ROW = 3;
const FATAL_DELAY_MS = 10_000;
const FATAL_MAX_DELAY_MS = 300_000;
const CLOSE_WITHOUT_A_WORD = 1006;
// The server closes the connection for a longer one (wire/limits.h), and would again each time it came.
export const MESSAGE_CAP_BYTES = 256 * 1024;

// The server hears that its packets have come: after so many, or so long, unless something else says it.
const SEEN_PACKETS = 8;
const SEEN_MS = 1000;
// Of waiting for a confirmation until it is said.
const LATE_MS = 6000;

export class Connection {
    readonly outbox = new Outbox();
    private readonly beat: Beat;
    private counts = false;
    private seen = 0; // the last number of the server's
    private toldSeen = 0;
    private until = 0; // it is still behind, up to this one
    private isBehind = false;
    private isFull = false;
    private isLate = false;
    private seenTimer: number | null = null;
    private socket: SocketLike | null = null;
    private timer: number | null = null;
    private attempt = 0;
    private fatal = 0; // in a row: it broke without a word before the page was well
    private isPutOff = false;
    private readyAt = 0;
    private newestBefore = 0; // the outbox's newest number when this page was ready
    private current: State = { name: 'waiting' };

    constructor(private readonly host: Host) {
        this.beat = new Beat(host.clock, {
            ask: () => this.socket?.send(encodePing()),
            dead: () => this.onSilent(),
            isWatched: () => host.isWatched(),
            tick: (isAlive) => isAlive && this.checkLate(),
        });
    }

    get state(): State {
        return this.current;
    }

    start(): void {
        this.drop();
        this.isPutOff = false;
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

    // The network or the person came back: do not sit out the delay, nor trust a line that was not looked at. One who only
    // looks does not end a server by it.
    retryNow(isWanted = true): void {
        if (this.current.name === 'waiting') return isWanted || !this.isPutOff ? this.start() : undefined;
        if (this.current.name === 'ready' && this.counts) this.beat.probe();
    }

    // `before`: of an update, the values that it replaces. False: it is not kept, which was said.
    send(action: number, body: Message['body'], before?: ValueMap): boolean {
        const bytes = encodeWithRoom(action, body);
        if (sizeOf(bytes) > MESSAGE_CAP_BYTES) {
            this.host.onTooBig({ action, body }, sizeOf(bytes));
            return false;
        }
        if (!this.outbox.push({ action, body }, bytes, before)) {
            this.isFull = true;
            this.host.onFull({ action, body });
            return false;
        }
        this.pump();
        return true;
    }

    private pump(): void {
        if (this.current.name !== 'ready' || !this.socket || this.isBehind) return;
        const now = this.host.clock.now();
        for (;;) {
            const message = this.outbox.next(now);
            if (!message) break;
            if (this.counts) {
                writeHead(message.bytes, message.number, this.seen);
                this.toldSeen = this.seen;
                this.socket.send(message.bytes);
            } else this.socket.send(plainOf(message.bytes));
        }
        if (!this.counts) this.outbox.forgetSent();
    }

    private register(): void {
        this.enter({ name: 'registering' });
        const resume: Resume = [this.host.document, this.outbox.first, this.seen];
        this.socket?.send(encodePacket(Action.Register, this.host.registration(resume)));
    }

    // Beside the page's packets: what nobody keeps, for this connection alone.
    sendBytes(channel: number, bytes: Uint8Array): void {
        if (this.current.name === 'ready') this.socket?.send(encodeBytes(channel, bytes));
    }

    private read(data: unknown): void {
        try {
            if (!(data instanceof ArrayBuffer)) return;
            this.beat.heard();
            const numbered = decodeNumbered(data);
            if (numbered) this.readNumbered(numbered);
            else this.take(decodePacket(data), false);
        } catch (error) {
            this.host.onBadData(error);
            this.drop(CLOSE_BAD_DATA);
            this.retryLater();
        }
    }

    private take(packet: Packet | null, counts: boolean): void {
        if (!packet) return;
        if (packet.action === Action.Register) this.onAnswer(packet.body, counts);
        else this.host.onPacket(packet);
    }

    private readNumbered({ number, seen, packet }: Numbered): void {
        const isAnswer = packet?.action === Action.Register;
        if (number && !isAnswer && number !== this.seen + 1)
            throw new PacketError(`packet ${number} behind ${this.seen}`);
        this.confirm(seen);
        if (!number) return;
        this.seen = number;
        this.take(packet, true);
        if (this.isBehind && this.seen >= this.until) this.catchUp();
        this.tellSeen();
    }

    private confirm(number: number): void {
        this.outbox.confirm(number);
        // A page that takes what is done on it can be opened, however soon its server ends after that.
        if (this.current.name === 'ready' && number > this.newestBefore) this.fatal = 0;
        this.pump();
        if (this.isLate && this.outbox.age(this.host.clock.now()) < LATE_MS) this.sayLate(false);
        if (!this.isFull || this.outbox.length) return;
        this.isFull = false;
        this.host.onRoom();
    }

    private tellSeen(): void {
        if (this.seen - this.toldSeen >= SEEN_PACKETS) return this.sendSeen();
        this.seenTimer ??= this.host.clock.setTimeout(() => {
            this.seenTimer = null;
            if (this.current.name === 'ready' && this.toldSeen !== this.seen) this.sendSeen();
        }, SEEN_MS);
    }

    private sendSeen(): void {
        this.toldSeen = this.seen;
        this.socket?.send(encodeSeen(this.seen));
    }

    private onAnswer(body: Packet['body'], counts: boolean): void {
        if (this.current.name !== 'registering') throw new Error('unexpected registration answer');
        this.clearTimer();
        if (body['error']) return this.enter({ name: 'refused', reason: String(body['error']) });
        this.counts = counts;
        this.until = Number(body['until'] ?? this.seen);
        this.isBehind = true;
        this.outbox.rewind(counts ? Number(body['taken'] ?? 0) : 0);
        const lost = counts ? this.outbox.giveUp() : undefined;
        this.host.onRegistered(body, this.outbox, counts);
        this.readyAt = this.host.clock.now();
        this.newestBefore = this.outbox.newest;
        this.enter({ name: 'ready' });
        if (lost) this.host.onGivenUp(lost);
        if (counts) this.beat.start();
        else this.catchUp();
    }

    private catchUp(): void {
        this.isBehind = false;
        this.host.onCaughtUp(this.outbox);
        this.pump();
    }

    private checkLate(): void {
        const isLate = this.outbox.age(this.host.clock.now()) >= LATE_MS;
        if (isLate !== this.isLate) this.sayLate(isLate);
    }

    private sayLate(isLate: boolean): void {
        this.isLate = isLate;
        this.host.onLate(isLate);
    }

    private onSilent(): void {
        this.drop();
        this.retryLater();
    }

    private onClose(code: number, reason: string): void {
        this.drop();
        if (this.current.name === 'refused') return;
        if (this.wasFatal(code)) return this.putOff();
        const verdict = verdictOf(code, reason);
        const why = reason || `code ${code}`;
        if (verdict === 'taken') return this.enter({ name: 'taken' });
        if (verdict === 'final') return this.enter({ name: 'final', reason: why, code });
        if (verdict === 'slowly') return this.retrySlowly(why);
        if (verdict === 'busy') this.attempt = Math.max(this.attempt, 3);
        this.retryLater(verdict === 'busy');
    }

    // Often enough to be put off.
    private wasFatal(code: number): boolean {
        const isReady = this.current.name === 'ready';
        const wasWell = isReady && this.host.clock.now() - this.readyAt >= WELL_MS;
        if (wasWell) this.fatal = 0;
        else if (code === CLOSE_WITHOUT_A_WORD && (isReady || this.current.name === 'registering')) this.fatal++;
        else return false;
        return this.fatal >= FATAL_ROW;
    }

    private putOff(): void {
        const delay = Math.min(FATAL_DELAY_MS * 2 ** (this.fatal - FATAL_ROW), FATAL_MAX_DELAY_MS);
        this.readyAt = 0;
        this.isPutOff = true;
        this.enter({ name: 'waiting', isBusy: true });
        this.wait(delay * (0.75 + this.host.clock.random() / 2), () => this.start());
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
        this.beat.stop();
        if (this.seenTimer !== null) this.host.clock.clearTimeout(this.seenTimer);
        this.seenTimer = null;
        if (this.isLate) this.sayLate(false);
        this.isBehind = false;
        const socket = this.socket;
        this.socket = null;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
        socket.close(code);
    }
}
