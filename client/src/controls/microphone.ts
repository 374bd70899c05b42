// What a microphone hears, as pieces of a file.

import { pcmOf } from '../core/wav.ts';

export type Rules = { encoder: string; channels: number; rate: number; bits: number };
export type Take = { pause(): void; resume(): void; end(): Promise<void>; readonly type: string };
type OnPiece = (bytes: Uint8Array) => void;

const TYPES: { [encoder: string]: string[] } = {
    aacLc: ['audio/mp4;codecs=mp4a.40.2', 'audio/mp4'],
    opus: ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus'],
    flac: ['audio/flac'],
};
// By our own hand.
const PLAIN = new Set(['wav', 'pcm16bits']);
const PIECE_MS = 250;
// A busy machine needs seconds until the first sound is there.
const LATEST_MS = 8000;

const typeFor = (encoder: string): string | undefined =>
    (Object.hasOwn(TYPES, encoder) ? TYPES[encoder]! : []).find((type) => MediaRecorder.isTypeSupported(type));

export function canEncode(encoder: string): boolean {
    return PLAIN.has(encoder)
        ? 'AudioWorkletNode' in globalThis
        : 'MediaRecorder' in globalThis && typeFor(encoder) !== undefined;
}

export async function listen(stream: MediaStream, rules: Rules, onPiece: OnPiece): Promise<Take> {
    if (PLAIN.has(rules.encoder)) return await plain(stream, rules, onPiece);
    const mimeType = typeFor(rules.encoder);
    if (!mimeType) throw new Error(`This browser records no ${rules.encoder}`);
    return encoded(new MediaRecorder(stream, { mimeType, audioBitsPerSecond: rules.bits }), onPiece);
}

function encoded(recorder: MediaRecorder, onPiece: OnPiece): Take {
    let last: Promise<unknown> = Promise.resolve();
    recorder.addEventListener('dataavailable', ({ data }) => {
        last = last.then(async () => onPiece(new Uint8Array(await data.arrayBuffer())));
    });
    recorder.start(PIECE_MS);
    return {
        type: recorder.mimeType,
        pause: () => recorder.pause(),
        resume: () => recorder.resume(),
        async end() {
            const isOver = new Promise((done) => recorder.addEventListener('stop', done, { once: true }));
            if (recorder.state !== 'inactive') {
                recorder.stop();
                await isOver;
            }
            await last;
        },
    };
}

async function plain(stream: MediaStream, rules: Rules, onPiece: OnPiece): Promise<Take> {
    const sound = new AudioContext({ sampleRate: rules.rate });
    await sound.audioWorklet.addModule(new URL('pcm.js', document.baseURI));
    const ear = new AudioWorkletNode(sound, 'pcm', { channelCount: rules.channels, channelCountMode: 'explicit' });
    let isPaused = false;
    let hears = () => {};
    // It records once it hears something, be it silence.
    const isHeard = new Promise<void>((done, fail) => {
        hears = done;
        setTimeout(() => fail(new Error('The microphone gives no sound')), LATEST_MS);
    });
    ear.port.onmessage = ({ data }: MessageEvent<Float32Array[]>) => {
        if (!isPaused) onPiece(pcmOf(data));
        hears();
    };
    sound.createMediaStreamSource(stream).connect(ear);
    // Without a press of the person it may never begin.
    void sound.resume();
    await isHeard.catch(async (error) => {
        await sound.close();
        throw error;
    });
    return {
        type: rules.encoder === 'wav' ? 'audio/wav' : 'audio/pcm',
        pause: () => (isPaused = true),
        resume: () => (isPaused = false),
        async end() {
            // What was heard before and is still on its way belongs to it.
            await sound.close();
            isPaused = true;
        },
    };
}
