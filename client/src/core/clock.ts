// Time as the core is given it.

export interface Clock {
    now(): number;
    random(): number;
    setTimeout(callback: () => void, ms: number): number;
    clearTimeout(timer: number): void;
}
