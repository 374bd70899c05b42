// What `troupe dev` says of an app that does not compile, or has crashed. Pure.

export interface Build {
    state: 'building' | 'ok' | 'failed';
    lines: string[];
}

export interface Crash {
    number: number;
    how: string; // "SIGABRT (Aborted)"
    at: string; // "app.c:20", in the app's own sources; "": not known
    lines: string[]; // that the process printed last
}

// What becomes of pages whose state has another layout.
export interface Question {
    token: string;
    keep: boolean; // the app's migrate can be asked
    failed: boolean; // it was, and did not take a state
}

export interface Status {
    build: Build;
    question: Question | null;
    crash: Crash | null;
}

export interface Line {
    text: string;
    weight: 'error' | 'warning' | 'place' | 'plain';
}

// A button, and what it says to the desk.
export interface Choice {
    text: string;
    answer: string;
}

export interface Problem {
    id: string; // the same for what is the same problem
    kind: 'compile' | 'question' | 'crash';
    title: string;
    place: string; // "app.c:14"; "": not known
    words: string;
    hint: string;
    label: string; // of its lines
    lines: Line[];
    choices: Choice[];
}

// As gcc, clang and the sanitizers say where something is.
const SAID = /^(?:\.\/)?([^\s:][^:]*):(\d+):(?:\d+:)? (fatal error|error|warning|note|runtime error): (.*)$/;
const IN_HANDLER = /event=crash\b.*? signal=(\S+)(?:.*? handler=(\S+))?(?:.*? at=(\S+))?/;
const OVERFLOW = /event=stack_overflow\b.*? handler=(\S+)/;
const REPORT = /ERROR: AddressSanitizer: (?!ABRT|SEGV|BUS|FPE|ILL|unknown)([a-z][a-z-]+)/;
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
        choices: [],
    };
}

const firstOf = (lines: string[], pattern: RegExp) => lines.map((line) => pattern.exec(line)).find((found) => found);

// "heap-buffer-overflow" says more than the signal that a sanitizer ends the process with.
function wordsOf(lines: string[], how: string, signal: string | undefined): string {
    const report = firstOf(lines, REPORT)?.[1];
    const end = signal && !how.startsWith(signal) ? signal : how;
    return report ? `${report}, ${end}` : end;
}

function ofCrash({ number, how, at, lines }: Crash): Problem {
    const [, signal, handler, written] = firstOf(lines, IN_HANDLER) ?? [];
    const named = handler ?? firstOf(lines, OVERFLOW)?.[1];
    const isKnown = named !== undefined && named !== 'none';
    return {
        id: `crash ${number}`,
        kind: 'crash',
        title: isKnown ? `The handler ${named} crashed` : 'The app crashed',
        place: at || (written ?? ''),
        words: wordsOf(lines, how, signal),
        hint: 'Another worker has its place, and pages come back from the store.',
        label: 'What it said last',
        lines: weighed(told(lines)),
        choices: [],
    };
}

const KEEP = 'With .version and .migrate in TR_STATE pages keep their state (docs/howto/state.md).';

function ofQuestion({ token, keep, failed }: Question): Problem {
    const anew = { text: 'Begin anew', answer: `${token}-anew` };
    return {
        id: `question ${token}`,
        kind: 'question',
        title: failed ? 'migrate did not take the state of a page' : 'The state struct has another layout',
        place: '',
        words: 'This page goes on with the program before until you choose.',
        hint: keep ? '' : KEEP,
        label: 'What becomes of open pages',
        lines: [],
        choices: keep ? [{ text: 'Keep the state, by migrate', answer: `${token}-keep` }, anew] : [anew],
    };
}

// An app that does not compile says so before what it did earlier.
export function problemOf({ build, question, crash }: Status): Problem | null {
    if (build.state === 'failed') return ofBuild(build);
    if (question) return ofQuestion(question);
    return crash ? ofCrash(crash) : null;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((it) => typeof it === 'string') : []);

// What came from the server, or null.
export function readStatus(value: unknown): Status | null {
    const { build, question, crash } = (value ?? {}) as {
        build?: Partial<Build>;
        question?: Partial<Question> | null;
        crash?: Partial<Crash> | null;
    };
    const state = build?.state;
    if (state !== 'ok' && state !== 'failed' && state !== 'building') return null;
    return {
        build: { state, lines: texts(build?.lines) },
        question: question
            ? { token: String(question.token), keep: question.keep === true, failed: question.failed === true }
            : null,
        crash: crash
            ? {
                  number: Number(crash.number),
                  how: String(crash.how),
                  at: String(crash.at ?? ''),
                  lines: texts(crash.lines),
              }
            : null,
    };
}
