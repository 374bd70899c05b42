import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pcmOf, wavHead } from '../../src/core/wav.ts';

test('samples are whole numbers of 16 bits, channel beside channel', () => {
    const bytes = pcmOf([Float32Array.of(0, 1, 2), Float32Array.of(-1, 0.5, -2)]);
    assert.deepEqual([...new Int16Array(bytes.buffer)], [0, -32767, 32767, 16384, 32767, -32767]);
    assert.equal(pcmOf([]).length, 0);
});

test('a WAV file says what is in it', () => {
    const head = Buffer.from(wavHead(8, 2, 44_100));
    assert.equal(head.length, 44);
    assert.equal(head.toString('latin1', 0, 4), 'RIFF');
    assert.equal(head.readUInt32LE(4), 44);
    assert.equal(head.toString('latin1', 8, 16), 'WAVEfmt ');
    assert.equal(head.readUInt32LE(24), 44_100);
    assert.equal(head.readUInt32LE(28), 176_400);
    assert.equal(head.readUInt32LE(40), 8);
});
