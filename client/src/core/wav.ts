// Sound as numbers of 16 bits, and as a WAV file. Pure.

export function pcmOf(channels: Float32Array[]): Uint8Array {
    const frames = channels[0]?.length ?? 0;
    const out = new DataView(new ArrayBuffer(frames * channels.length * 2));
    for (const [channel, samples] of channels.entries())
        for (const [at, sample] of samples.entries()) {
            const value = Math.max(-1, Math.min(1, sample));
            out.setInt16((at * channels.length + channel) * 2, Math.round(value * 32767), true);
        }
    return new Uint8Array(out.buffer);
}

const HEAD_BYTES = 44;

export function wavHead(bytes: number, channels: number, rate: number): Uint8Array<ArrayBuffer> {
    const head = new DataView(new ArrayBuffer(HEAD_BYTES));
    const letters = (at: number, word: string) =>
        head.setUint32(
            at,
            [...word].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0),
        );
    letters(0, 'RIFF');
    head.setUint32(4, HEAD_BYTES - 8 + bytes, true);
    letters(8, 'WAVE');
    letters(12, 'fmt ');
    head.setUint32(16, 16, true);
    head.setUint16(20, 1, true); // PCM
    head.setUint16(22, channels, true);
    head.setUint32(24, rate, true);
    head.setUint32(28, rate * channels * 2, true);
    head.setUint16(32, channels * 2, true);
    head.setUint16(34, 16, true);
    letters(36, 'data');
    head.setUint32(40, bytes, true);
    return new Uint8Array(head.buffer);
}
