// Which item of a list comes next: in its order or a shuffled one, once, again and again, or always the same. Pure.

export const MODES = ['none', 'single', 'loop'] as const;
export type Mode = (typeof MODES)[number];

export class Playlist {
    at = 0;
    mode: Mode = 'none';
    private order: number[] = [];
    private isShuffled = false;

    constructor(private readonly random: () => number = Math.random) {}

    get count(): number {
        return this.order.length;
    }

    // `at` is where the item that plays is now, for lists that changed around it.
    fill(count: number, at = 0): void {
        this.order = Array.from({ length: count }, (_, index) => index);
        this.at = Math.max(0, Math.min(at, count - 1));
        if (this.isShuffled) this.mix();
    }

    shuffle(isWanted: boolean): void {
        if (isWanted === this.isShuffled) return;
        this.isShuffled = isWanted;
        if (isWanted) this.mix();
        else this.order.sort((a, b) => a - b);
    }

    has(index: number): boolean {
        return Number.isInteger(index) && index >= 0 && index < this.count;
    }

    // What the person or the app asks for. Undefined where the list ends.
    beside(step: 1 | -1): number | undefined {
        const place = this.order.indexOf(this.at) + step;
        if (this.mode === 'loop' && this.count) return this.order[(place + this.count) % this.count];
        return this.order[place];
    }

    // What plays when this one has ended. Undefined: nothing does.
    following(): number | undefined {
        return this.mode === 'single' ? this.at : this.beside(1);
    }

    // The one that plays stays the first.
    private mix(): void {
        const rest = this.order.filter((index) => index !== this.at);
        for (let last = rest.length - 1; last > 0; last--) {
            const other = Math.floor(this.random() * (last + 1));
            [rest[last], rest[other]] = [rest[other]!, rest[last]!];
        }
        this.order = this.count ? [this.at, ...rest] : [];
    }
}
