// Tells a late echo of the person's own typing from a change the server means. Pure.
//
// While someone types "abc", a server that copies values back may still answer to "a". Writing
// that into the field would eat letters. A value that the person typed a moment ago and typed
// past since is such an echo, unless something else was reported in between (a submit, a click):
// then the server may well want to put an old value back, an empty one above all.

const ECHO_WINDOW_MS = 3000;
const KEPT = 64;

export class Echo {
    private typed: { value: string; at: number }[] = [];

    onTyped(value: string, now: number): void {
        this.typed.push({ value, at: now });
        if (this.typed.length > KEPT) this.typed.shift();
    }

    onOtherEvent(): void {
        this.typed = [];
    }

    isEcho(incoming: string, now: number): boolean {
        const last = this.typed.length - 1;
        return this.typed.some(({ value, at }, i) => i < last && value === incoming && now - at < ECHO_WINDOW_MS);
    }
}
