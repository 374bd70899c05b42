// What `troupe dev` says of an app that does not compile, or has crashed. Pure.

export interface Build {
    state: 'building' | 'ok' | 'failed';
    lines: string[];
}

export interface Crash {
    number: number;
    how: string; // "SIGABRT (Aborted)"
    lines: string[]; // that the process printed last
}

export interface Status {
    build: Build;
    crash: Crash | null;
}

export interface Line {
    text: string;
    weight: 'error' | 'warning' | 'place' | 'plain';
}

export interface Problem {
    id: string; // the same for what is the same problem
    kind: 'compile' | 'crash';
    title: string;
    place: string; // "app.c:14"; "": not known
    words: string;
    hint: string;
    label: string; // of its lines
    lines: Line[];
}

// As gcc, clang and the sanitizers say where something is.
const SAID = /^(?:\.\/)?([^\s:][^:]*):(\d+):(?:\d+:)? (fatal error|error|warning|note|runtime error): (.*)$/;
const IN_HANDLER = /event=crash\b.*? signal=(\S+)(?:.*? handler=(\S+))?(?:.*? at=(\S+))?/;
const FRAME = /^\s*#\d+ 0x[0-9a-f]+ in (\S+) (\S+:\d+)(?::\d+)?$/;

function weightOf(line: string): Line['weight'] {
    const [, , , kind] = SAID.exec(line) ?? [];
    if (kind === 'note') return 'plain';
    if (kind) return kind === 'warning' ? 'warning' : 'error';
    return FRAME.test(line) ? 'place' : 'plain';
}

// The numbers of frames say nothing where a sanitizer has their names; nor does make's own line.
const NUMBERS = /^\S+\(\S*\+0x[0-9a-f]+\) ?\[0x/;
const MAKE = /^make(\[\d+\])?: \*\*\* \[.*\] Error \d+$/;

function told(lines: string[]): string[] {
    const isNamed = lines.some((line) => FRAME.test(line));
    return lines.filter((line) => !MAKE.test(line) && !(isNamed && NUMBERS.test(line)));
}

const weighed = (lines: string[]): Line[] => lines.map((text) => ({ text, weight: weightOf(text) }));

function ofBuild({ lines }: Build): Problem {
    const first = lines.map((line) => SAID.exec(line)).find((found) => found?.[3]?.endsWith('error'));
    return {
        id: `compile ${lines.join('\n')}`,
        kind: 'compile',
        title: 'This does not compile',
        place: first ? `${first[1]}:${first[2]}` : '',
        words: first?.[4] ?? '',
        hint: 'The page goes on with the last program that did.',
        label: 'What the compiler says',
        lines: weighed(told(lines)),
    };
}

function ofCrash({ number, how, lines }: Crash): Problem {
    const [, signal, handler, at] = lines.map((line) => IN_HANDLER.exec(line)).find((found) => found) ?? [];
    const isKnown = handler !== undefined && handler !== 'none';
    return {
        id: `crash ${number}`,
        kind: 'crash',
        title: isKnown ? `The handler ${handler} crashed` : 'The app crashed',
        place: at ?? '',
        words: signal && how.startsWith(signal) ? how : (signal ?? how),
        hint: 'Another worker has its place, and pages come back from the store.',
        label: 'What it said last',
        lines: weighed(told(lines)),
    };
}

// An app that does not compile says so before what it did earlier.
export function problemOf({ build, crash }: Status): Problem | null {
    if (build.state === 'failed') return ofBuild(build);
    return crash ? ofCrash(crash) : null;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((it) => typeof it === 'string') : []);

// What came from the server, or null.
export function readStatus(value: unknown): Status | null {
    const { build, crash } = (value ?? {}) as { build?: Partial<Build>; crash?: Partial<Crash> | null };
    const state = build?.state;
    if (state !== 'ok' && state !== 'failed' && state !== 'building') return null;
    return {
        build: { state, lines: texts(build?.lines) },
        crash: crash ? { number: Number(crash.number), how: String(crash.how), lines: texts(crash.lines) } : null,
    };
}
