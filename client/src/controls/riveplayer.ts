// The worker that plays Rive's animations: one for all of an app, for as long as there is one to play.

import type { FromRive, RiveRules, RiveSize, ToRive } from '../core/rive.ts';
import { persist } from '../dom/code.ts';

export type Part = {
    opened(facts: { width: number; height: number; listens: boolean }): void;
    failed(message: string): void;
};
export type Opening = { bytes: Uint8Array; canvas: HTMLCanvasElement; rules: RiveRules; size: RiveSize };

export class RivePlayer {
    private worker: Worker | undefined;
    private readonly parts = new Map<number, Part>();
    private nextId = 1;

    open(part: Part, { bytes, canvas, rules, size }: Opening): number {
        const id = this.nextId++;
        this.parts.set(id, part);
        this.worker ??= this.start();
        const off = canvas.transferControlToOffscreen();
        this.worker.postMessage({ kind: 'open', id, bytes, canvas: off, rules, size } satisfies ToRive, [off]);
        return id;
    }

    say(message: Exclude<ToRive, { kind: 'start' | 'open' | 'close' }>): void {
        if (this.parts.has(message.id)) this.worker?.postMessage(message);
    }

    close(id: number): void {
        if (!this.parts.delete(id)) return;
        this.worker?.postMessage({ kind: 'close', id } satisfies ToRive);
        if (!this.parts.size) this.stop();
    }

    private start(): Worker {
        const worker = new Worker(new URL(__RIVE_SCRIPT__, document.baseURI));
        worker.onmessage = ({ data }: MessageEvent<FromRive>) => {
            if (data.kind === 'opened') this.parts.get(data.id)?.opened(data);
            else this.fail(data.id, data.message);
        };
        // What breaks the player breaks all that it plays; the next begins anew.
        const breaks = (words: string) => {
            if (this.worker !== worker) return;
            this.stop();
            for (const id of [...this.parts.keys()]) this.fail(id, words);
        };
        worker.onerror = ({ message }) => breaks(message || 'The player could not be started');
        // The messages that come before the code wait in the worker, which hears nothing before.
        persist(() => codeOf(new URL(__RIVE_CODE__, document.baseURI))).then(
            (bytes) => worker.postMessage({ kind: 'start', code: bytes } satisfies ToRive, [bytes]),
            (error: Error) => breaks(error.message),
        );
        return worker;
    }

    private fail(id: number, message: string): void {
        const part = this.parts.get(id);
        this.close(id);
        part?.failed(message);
    }

    private stop(): void {
        this.worker?.terminate();
        this.worker = undefined;
    }
}

// It lies compressed in the server, which sends it as it is.
async function codeOf(url: URL): Promise<ArrayBuffer> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return await new Response(answer.body!.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
