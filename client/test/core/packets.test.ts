import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Action, decodePacket, encodeBytes, encodePacket, Ext, PacketError } from '../../src/core/packets.ts';

const bytes = (hex: string) => Buffer.from(hex.replace(/ /g, ''), 'hex');

test('an event has exactly the documented bytes', () => {
    const packet = encodePacket(3, { target: 10, name: 'click', data: null });
    assert.equal(Buffer.from(packet).toString('hex'), '00920383a67461726765740aa46e616d65a5636c69636ba464617461c0');
});

test('a patch with integer keys is read', () => {
    const packet = decodePacket(bytes('00 92 02 82 a2 69 64 01 a5 70 61 74 63 68 91 81 00 91 04'));
    assert.deepEqual(packet, { action: 2, body: { id: 1, patch: [{ 0: [4] }] } });
});

test('application types survive, unknown ones become null', () => {
    const read = (hex: string) => decodePacket(bytes(`00 92 03 81 a1 76 ${hex}`))!.body['v'];
    assert.deepEqual(read('d6 02 31 38 3a 35'), new Ext(2, '18:5'));
    assert.deepEqual(read('c7 07 03 31 35 30 30 30 30 30'), new Ext(3, '1500000'));
    assert.equal(read('c7 02 04 68 69'), 'hi');
    assert.equal(read('c7 00 00'), null);
    const sent = encodePacket(4, { v: new Ext(1, '2024-02-29') });
    assert.deepEqual(decodePacket(sent)!.body['v'], new Ext(1, '2024-02-29'));
});

test('other packet types and empty messages are not ours', () => {
    assert.equal(decodePacket(new Uint8Array()), null);
    assert.equal(decodePacket(bytes('01 00 00 00')), null);
    assert.equal(decodePacket(bytes('02 92')), null);
});

test('broken data is an error, never a wrong message', () => {
    for (const hex of [
        '00',
        '00 92',
        '00 92 02',
        '00 c1',
        '00 91 02',
        '00 92 a1 61 80',
        '00 92 02 90',
        '00 80',
        '00 dd ff ff ff ff',
        '00 92 02 81 a9 5f 5f 70 72 6f 74 6f 5f 5f 80',
        '00 92 02 80 00',
    ])
        assert.throws(() => decodePacket(bytes(hex)), PacketError, hex);
});

test('bytes of a data channel', () => {
    const packet = encodeBytes(0x01020304, Uint8Array.of(7, 8));
    assert.deepEqual([...packet], [1, 4, 3, 2, 1, 7, 8]);
    const read = decodePacket(packet)!;
    assert.equal(read.action, Action.Bytes);
    assert.equal(read.body['channel'], 0x01020304);
    assert.deepEqual([...(read.body['bytes'] as Uint8Array)], [7, 8]);
    // Too short to name a channel: not for us.
    assert.equal(decodePacket(Uint8Array.of(1, 1, 0, 0)), null);
});
