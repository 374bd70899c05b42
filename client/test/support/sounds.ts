// Sounds that nobody hears, for tests of what plays.

import { wavHead } from '../../src/core/wav.ts';

const RATE = 8000;

export function silence(seconds: number): Uint8Array {
    const bytes = RATE * seconds * 2;
    return Buffer.concat([wavHead(bytes, 1, RATE), Buffer.alloc(bytes)]);
}

export const silenceUrl = (seconds: number): string =>
    `data:audio/wav;base64,${Buffer.from(silence(seconds)).toString('base64')}`;
