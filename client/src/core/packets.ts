// Bytes <-> messages of the page protocol. Pure.

import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';

export const enum Action {
    Register = 1,
    Patch = 2,
    Event = 3,
    Update = 4,
    Invoke = 5,
    Crash = 6,
    // Bytes of a data channel: no action of the page.
    Bytes = 0x100,
}

export type Packet = { action: number; body: { [key: string]: unknown } };

// A packet with its number, and up to which number the other side need not keep ours. Number 0: it says that alone.
export type Numbered = { number: number; seen: number; packet: Packet | null };

export class PacketError extends Error {}

// Application types of the profile: 1 date-time, 2 time of day, 3 duration in microseconds.
export class Ext {
    constructor(
        readonly type: number,
        readonly text: string,
    ) {}
}

const TYPE_PACKET = 0;
const TYPE_CHANNEL = 1;
const CHANNEL_BYTES = 5;
// Between this client and Troupe: wire/flet.h. Numbers are 32 bits, little endian.
const TYPE_OWN = 2;
const OWN_NUMBERED = 0;
const OWN_SEEN = 1;
const OWN_PING = 2;
export const HEAD_BYTES = 10;
const SEEN_BYTES = 6;
// Shared: tables of types, written once.
const codec = new ExtensionCodec();

for (const type of [1, 2, 3]) {
    codec.register({
        type,
        encode: (value) => (value instanceof Ext && value.type === type ? new TextEncoder().encode(value.text) : null),
        decode: (bytes) => new Ext(type, new TextDecoder().decode(bytes)),
    });
}
// 4 is the text form of a script value, 0 a value its sender could not encode.
codec.register({
    type: 4,
    encode: () => null,
    decode: (bytes) => new TextDecoder().decode(bytes),
});
codec.register({ type: 0, encode: () => null, decode: () => null });

// Shared: between two calls neither keeps anything.
const decoder = new Decoder({ extensionCodec: codec });
// Shared: see above.
const encoder = new Encoder({ extensionCodec: codec, ignoreUndefined: true, maxDepth: 64 });

// Half a letter cannot be sent: it is the sign for one that is not known.
export function wellFormed(text: string): string {
    return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function cleaned(value: unknown): unknown {
    if (typeof value === 'string') return wellFormed(value);
    if (Array.isArray(value)) return value.map(cleaned);
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), cleaned(item)]));
}

export function encodePacket(action: number, body: unknown): Uint8Array<ArrayBuffer> {
    const payload = encoder.encode([action, cleaned(body)]);
    const bytes = new Uint8Array(payload.length + 1);
    bytes[0] = TYPE_PACKET;
    bytes.set(payload, 1);
    return bytes;
}

// With room for a head in front; `plainOf` is the packet without it.
export function encodeWithRoom(action: number, body: unknown): Uint8Array<ArrayBuffer> {
    const payload = encoder.encode([action, cleaned(body)]);
    const bytes = new Uint8Array(HEAD_BYTES + 1 + payload.length);
    bytes[HEAD_BYTES] = TYPE_PACKET;
    bytes.set(payload, HEAD_BYTES + 1);
    return bytes;
}

export function plainOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return bytes.subarray(HEAD_BYTES);
}

export function writeHead(bytes: Uint8Array<ArrayBuffer>, number: number, seen: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    bytes[0] = TYPE_OWN;
    bytes[1] = OWN_NUMBERED;
    view.setUint32(2, number, true);
    view.setUint32(6, seen, true);
}

export function encodeSeen(seen: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(SEEN_BYTES);
    bytes[0] = TYPE_OWN;
    bytes[1] = OWN_SEEN;
    new DataView(bytes.buffer).setUint32(2, seen, true);
    return bytes;
}

export function encodePing(): Uint8Array<ArrayBuffer> {
    return Uint8Array.of(TYPE_OWN, OWN_PING);
}

// Null for what is not of type 2, or of a kind that we do not know; throws for a broken packet.
export function decodeNumbered(data: ArrayBuffer): Numbered | null {
    const view = new DataView(data);
    if (data.byteLength < SEEN_BYTES || view.getUint8(0) !== TYPE_OWN) return null;
    if (view.getUint8(1) === OWN_SEEN) return { number: 0, seen: view.getUint32(2, true), packet: null };
    if (view.getUint8(1) !== OWN_NUMBERED || data.byteLength <= HEAD_BYTES) return null;
    const packet = decodePacket(new Uint8Array(data, HEAD_BYTES));
    return { number: view.getUint32(2, true), seen: view.getUint32(6, true), packet };
}

// Null for packets that are not meant for us; throws for broken ones.
export function decodePacket(data: ArrayBuffer | Uint8Array): Packet | null {
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
    if (bytes[0] === TYPE_CHANNEL && bytes.length >= CHANNEL_BYTES) return bytesOf(bytes);
    if (bytes.length === 0 || bytes[0] !== TYPE_PACKET) return null;
    let message: unknown;
    try {
        message = decoder.decode(bytes.subarray(1));
    } catch (error) {
        throw new PacketError(`undecodable packet: ${String(error)}`);
    }
    if (!Array.isArray(message) || message.length !== 2 || typeof message[0] !== 'number')
        throw new PacketError('packet is not [action, body]');
    const body = message[1];
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new PacketError('body is not a map');
    return { action: message[0], body: body as Packet['body'] };
}

function bytesOf(packet: Uint8Array): Packet {
    const channel = new DataView(packet.buffer, packet.byteOffset).getUint32(1, true);
    return { action: Action.Bytes, body: { channel, bytes: packet.subarray(CHANNEL_BYTES) } };
}

export function encodeBytes(channel: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const packet = new Uint8Array(CHANNEL_BYTES + bytes.length);
    packet[0] = TYPE_CHANNEL;
    new DataView(packet.buffer).setUint32(1, channel, true);
    packet.set(bytes, CHANNEL_BYTES);
    return packet;
}
