// What a worker logs (base/log.h): lines of key=value. Pure.

export interface Took {
    handler: string;
    at: string; // "app.c:12"
    on: string; // the event
    ms: number;
}

export interface Handler {
    handler: string;
    at: string;
    on: string;
    runs: number;
    lastMs: number;
    slowestMs: number;
}

// From its begin to its end, waits included.
const SLOW_MS = 500;

export function fieldOf(line: string, key: string): string | null {
    const found = new RegExp(`(?:^| )${key}=("(?:[^"\\\\]|\\\\.)*"|\\S*)`).exec(line)?.[1];
    if (found === undefined) return null;
    return found.startsWith('"') ? found.slice(1, -1).replace(/\\(.)/g, '$1') : found;
}

export const isSlow = ({ slowestMs }: Handler): boolean => slowestMs >= SLOW_MS;
export const isTook = (line: string): boolean => fieldOf(line, 'event') === 'handler_took';

// Sessions are named by their first characters.
export function isOf(line: string, session: string): boolean {
    const named = fieldOf(line, 'session');
    return named === null || (session !== '' && session.startsWith(named));
}

export function weightOfLog(line: string): 'error' | 'warning' | 'plain' {
    const level = fieldOf(line, 'level');
    if (level === 'error' || line.includes('runtime error:') || line.includes('ERROR: ')) return 'error';
    return level === 'warn' ? 'warning' : 'plain';
}

function took(line: string): Took {
    return {
        handler: fieldOf(line, 'handler') ?? '',
        at: (fieldOf(line, 'at') ?? '').replace(/^.*\//, ''),
        on: fieldOf(line, 'on') ?? '',
        ms: Number(fieldOf(line, 'us') ?? 0) / 1000,
    };
}

// The lines of log.json, taken as they come: those that are new.
export class LogLines {
    private next = 0;
    private lines: string[] = [];
    private times = new Map<string, Handler>();

    // True: there was something new.
    take(value: unknown): boolean {
        const { first, lines } = (value ?? {}) as { first?: unknown; lines?: unknown };
        if (typeof first !== 'number' || !Array.isArray(lines)) return false;
        // `troupe dev` was started anew.
        if (first + lines.length < this.next) this.next = first;
        const fresh = lines.slice(Math.max(0, this.next - first)).filter((line) => typeof line === 'string');
        this.next = first + lines.length;
        for (const line of fresh) if (isTook(line)) this.count(line);
        this.lines = [...this.lines, ...fresh.filter((line) => !isTook(line))].slice(-300);
        return fresh.length > 0;
    }

    of(session: string): string[] {
        return this.lines.filter((line) => isOf(line, session));
    }

    handlersOf(session: string): Handler[] {
        return [...this.times].filter(([name]) => isOf(name, session)).map(([, handler]) => handler);
    }

    private count(line: string): void {
        const { handler, at, on, ms } = took(line);
        const name = `session=${fieldOf(line, 'session') ?? ''} ${handler} ${on}`;
        const known = this.times.get(name) ?? { handler, at, on, runs: 0, lastMs: 0, slowestMs: 0 };
        const slowestMs = Math.max(known.slowestMs, ms);
        this.times.delete(name);
        this.times.set(name, { ...known, at, runs: known.runs + 1, lastMs: ms, slowestMs });
        for (const oldest of this.times.keys()) if (this.times.size > 500) this.times.delete(oldest);
    }
}
