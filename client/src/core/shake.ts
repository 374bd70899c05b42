// When a device is shaken: often and hard enough within a while. Pure; times are milliseconds, forces multiples of gravity.

export type ShakeRules = { gravity: number; slop: number; reset: number; least: number };

export class Shakes {
    private count = 0;
    private lastAt = -Infinity;

    // True when this was the shake that makes it enough.
    feel(force: number, at: number, { gravity, slop, reset, least }: ShakeRules): boolean {
        if (force < gravity || at - this.lastAt < slop) return false;
        if (at - this.lastAt > reset) this.count = 0;
        this.lastAt = at;
        this.count++;
        if (this.count < Math.max(least, 1)) return false;
        this.count = 0;
        return true;
    }
}
