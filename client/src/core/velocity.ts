// How fast a pointer goes, from where it was in the last moments. Pure.

export type Point = { x: number; y: number };

const SPAN_MS = 100;

export class Velocity {
    private samples: { at: number; x: number; y: number }[] = [];

    add(at: number, { x, y }: Point): void {
        this.samples.push({ at, x, y });
        while (this.samples.length > 2 && this.samples[0]!.at < at - SPAN_MS) this.samples.shift();
    }

    // Pixels a second; still when it rested before it was lifted.
    get(now: number): Point {
        const first = this.samples[0];
        const last = this.samples.at(-1);
        if (!first || !last || last.at <= first.at || now - last.at > SPAN_MS) return { x: 0, y: 0 };
        const seconds = (last.at - first.at) / 1000;
        return { x: (last.x - first.x) / seconds, y: (last.y - first.y) / seconds };
    }
}
