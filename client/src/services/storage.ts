// A value that outlives a reload of the tab. A browser may forbid storage, or have none left: then the
// value lives as long as the page does.

export class TabValue {
    private own: string | null = null;

    constructor(private readonly name: string) {}

    get(): string | null {
        try {
            return sessionStorage.getItem(this.name) ?? this.own;
        } catch {
            return this.own;
        }
    }

    set(value: string): void {
        this.own = value;
        try {
            sessionStorage.setItem(this.name, value);
        } catch {
            // Kept above.
        }
    }

    remove(): void {
        this.own = null;
        try {
            sessionStorage.removeItem(this.name);
        } catch {
            // There is none.
        }
    }
}
