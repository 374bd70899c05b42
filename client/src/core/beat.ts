// Tells a silent line from a quiet one. Clock and line are given.
//
//     heard ──BEAT_MS of silence──> asks ──BEAT_MS of silence──> the line is dead
//
// A browser does not show a page the pings of its WebSocket, and a network that swallows everything says nothing. While
// nobody looks at the page nobody is asked: when somebody does again, at once.

import type { Clock } from './clock.ts';

export const BEAT_MS = 4000;

export interface Line {
    ask(): void;
    dead(): void;
    isWatched(): boolean;
    // Each time it is looked at: it has said something lately, or is asked.
    tick(isAlive: boolean): void;
}

export class Beat {
    private timer: number | null = null;
    private heardAt = 0;
    private askedAt: number | null = null;

    constructor(
        private readonly clock: Clock,
        private readonly line: Line,
    ) {}

    start(): void {
        this.stop();
        this.heard();
        this.lookIn(BEAT_MS);
    }

    stop(): void {
        if (this.timer !== null) this.clock.clearTimeout(this.timer);
        this.timer = this.askedAt = null;
    }

    heard(): void {
        this.heardAt = this.clock.now();
        this.askedAt = null;
    }

    // Somebody looks at the page again: whether the line has died meanwhile, nobody has asked.
    probe(): void {
        if (this.timer === null || this.askedAt !== null) return;
        this.ask();
        this.lookIn(BEAT_MS);
    }

    private ask(): void {
        this.askedAt = this.clock.now();
        this.line.ask();
    }

    private look(): void {
        const now = this.clock.now();
        if (this.askedAt !== null && now - this.askedAt >= BEAT_MS) return this.line.dead();
        this.line.tick(this.askedAt === null);
        if (this.askedAt === null && now - this.heardAt >= BEAT_MS && this.line.isWatched()) this.ask();
        const since = this.askedAt ?? this.heardAt;
        this.lookIn(since + BEAT_MS > now ? since + BEAT_MS - now : BEAT_MS);
    }

    private lookIn(ms: number): void {
        if (this.timer !== null) this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => {
            this.timer = null;
            this.look();
        }, ms);
    }
}
