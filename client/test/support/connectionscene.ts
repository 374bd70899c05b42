// A connection, with sockets and a clock of the test's.

import { Connection, type SocketLike, type State } from '../../src/core/connection.ts';
import { decodeNumbered, decodePacket, encodePacket, type Numbered, type Packet } from '../../src/core/packets.ts';
import { encodeSeen, encodeWithRoom, writeHead } from '../../src/core/packets.ts';

export class FakeSocket implements SocketLike {
    binaryType = '';
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    onerror: (() => void) | null = null;
    sent: Packet[] = [];
    numbered: Numbered[] = [];
    pings = 0;
    closedWith: number | undefined;

    send(data: Uint8Array<ArrayBuffer>): void {
        const bytes = data.slice();
        const numbered = decodeNumbered(bytes.buffer);
        if (numbered) this.numbered.push(numbered);
        else if (bytes[0] === 2) this.pings++;
        else this.sent.push(decodePacket(bytes)!);
    }
    // What has a number, of those: [number, name or value].
    get events(): [number, unknown][] {
        return this.numbered
            .filter(({ packet }) => packet)
            .map(({ number, packet }) => [number, packet!.body['name'] ?? packet!.body['props']]);
    }
    close(code?: number): void {
        this.closedWith = code;
    }
    receive(action: number, body: unknown): void {
        this.onmessage!({ data: encodePacket(action, body).buffer });
    }
    receiveNumbered(number: number, seen: number, action: number, body: unknown): void {
        const bytes = encodeWithRoom(action, body);
        writeHead(bytes, number, seen);
        this.onmessage!({ data: bytes.buffer });
    }
    receiveSeen(seen: number): void {
        this.onmessage!({ data: encodeSeen(seen).buffer });
    }
}

export class FakeClock {
    time = 0;
    timers = new Map<number, { at: number; callback: () => void }>();
    private last = 0;
    now = () => this.time;
    random = () => 1;
    setTimeout = (callback: () => void, ms: number) => {
        this.timers.set(++this.last, { at: this.time + ms, callback });
        return this.last;
    };
    clearTimeout = (timer: number) => void this.timers.delete(timer);
    pass(ms: number): void {
        const until = this.time + ms;
        for (;;) {
            const due = [...this.timers].filter(([, { at }]) => at <= until);
            const next = due.sort((a, b) => a[1].at - b[1].at)[0];
            if (!next) break;
            this.timers.delete(next[0]);
            this.time = next[1].at;
            next[1].callback();
        }
        this.time = until;
    }
    get nextIn(): number {
        return Math.min(...[...this.timers.values()].map(({ at }) => at)) - this.time;
    }
}

export function scene() {
    const clock = new FakeClock();
    const sockets: FakeSocket[] = [];
    const states: string[] = [];
    const packets: Packet[] = [];
    const bad: unknown[] = [];
    const tooBig: [number, number][] = [];
    const said: unknown[] = [];
    const watched = { is: true };
    const connection = new Connection({
        clock,
        document: 77,
        isWatched: () => watched.is,
        open: () => sockets[sockets.push(new FakeSocket()) - 1]!,
        registration: (resume) => ({ session_id: null, resume }),
        onRegistered: () => undefined,
        onCaughtUp: () => said.push('caught up'),
        onFull: () => said.push('full'),
        onRoom: () => said.push('room'),
        onLate: (isLate) => said.push(isLate ? 'late' : 'in time'),
        onGivenUp: ({ body }) => said.push(`gave up ${String(body['name'])}`),
        onPacket: (packet) => {
            if (packet.action > 6) throw new Error('unknown');
            packets.push(packet);
        },
        onState: (state: State) => states.push(state.name),
        onBadData: (error) => bad.push(error),
        onTooBig: ({ action }, bytes) => tooBig.push([action, bytes]),
    });
    const socket = () => sockets[sockets.length - 1]!;
    const register = () => {
        socket().onopen!();
        socket().receive(1, { session_id: 's', error: '', page_patch: {} });
    };
    // A server that counts: it has taken so many, of which so many are safe, and its page is number `number`.
    const count = (number: number, safe = 0, taken = safe, until = number) => {
        socket().onopen!();
        socket().receiveNumbered(number, safe, 1, { session_id: 's', error: '', page_patch: {}, taken, until });
    };
    const lose = () => {
        socket().onclose!({ code: 1006, reason: '' });
        clock.pass(clock.nextIn);
    };
    const click = (name: string) => connection.send(3, { target: 9, name, data: null });
    connection.start();
    return {
        tooBig,
        clock,
        sockets,
        states,
        packets,
        bad,
        connection,
        socket,
        register,
        count,
        lose,
        click,
        said,
        watched,
    };
}
