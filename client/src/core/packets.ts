// Bytes <-> messages of the page protocol. Pure.

import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';

export const enum Action {
    Register = 1,
    Patch = 2,
    Event = 3,
    Update = 4,
    Invoke = 5,
    Crash = 6,
}

export type Packet = { action: number; body: { [key: string]: unknown } };

export class PacketError extends Error {}

// Application types of the profile: 1 date-time, 2 time of day, 3 duration in microseconds.
export class Ext {
    constructor(
        readonly type: number,
        readonly text: string,
    ) {}
}

const TYPE_PACKET = 0;
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

export function encodePacket(action: number, body: unknown): Uint8Array<ArrayBuffer> {
    const payload = encoder.encode([action, body]);
    const bytes = new Uint8Array(payload.length + 1);
    bytes[0] = TYPE_PACKET;
    bytes.set(payload, 1);
    return bytes;
}

// Null for packets that are not meant for us; throws for broken ones.
export function decodePacket(data: ArrayBuffer | Uint8Array): Packet | null {
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
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
