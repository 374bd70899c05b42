import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cuesOf } from '../../src/core/subtitles.ts';

test('WebVTT and SubRip are told apart by nobody', () => {
    const vtt = 'WEBVTT\n\nintro\n00:01.000 --> 00:02.500 align:left\n<v Ada>Hello &amp; <i>welcome</i>\nthere';
    assert.deepEqual(cuesOf(vtt), [{ start: 1, end: 2.5, text: 'Hello & welcome\nthere' }]);
    const srt =
        '1\r\n01:00:00,250 --> 01:00:01,000\r\nBonjour\r\n\r\n2\r\n01:00:02,000 --> 01:00:03,000\r\n{\\an8}Salut\r\n';
    assert.deepEqual(cuesOf(srt), [
        { start: 3600.25, end: 3601, text: 'Bonjour' },
        { start: 3602, end: 3603, text: 'Salut' },
    ]);
});

test('what makes no sense is left out', () => {
    assert.deepEqual(cuesOf(''), []);
    assert.deepEqual(cuesOf('00:02 --> 00:01\nbackwards'), []);
    assert.deepEqual(cuesOf('1:2:3:4 --> 0:9\nno time'), []);
    assert.deepEqual(cuesOf('00:01 --> 00:02\n\n\n<b></b>'), []);
    assert.equal(cuesOf('00:00 --> 00:01\n&amp;lt;b&amp;gt;')[0]!.text, '&lt;b&gt;');
});
