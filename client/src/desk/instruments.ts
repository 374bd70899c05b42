// What the tabs of the panel show, as lines.

import { isSlow, type LogLines, weightOfLog } from './loglines.ts';
import type { Line } from './problem.ts';
import type { Entry, Recorder } from './recorder.ts';

export const TABS = ['Problem', 'Events', 'Handlers', 'Tree', 'Log'] as const;
export type Tab = (typeof TABS)[number];

const SLOW_MS = 200;

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const plain = (text: string): Line => ({ text, weight: 'plain' });
const none = (text: string): Line[] => [plain(text)];

function timeOf(at: number): string {
    const time = new Date(at);
    const two = (value: number) => String(value).padStart(2, '0');
    const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
    return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

const ARROWS = { event: '→', update: '→', answer: '→', patch: '←', page: '←', call: '←', crash: '←' };

function outcomeOf({ answeredMs, tries, lost }: Entry): string {
    const again = tries > 1 ? `  sent ${tries} times` : '';
    if (lost) return `${again}  lost: ${lost}`;
    return answeredMs === null ? again : `${again}  shown after ${ms(answeredMs)} ms`;
}

function lineOf(entry: Entry): Line {
    const { at, kind, what, bytes, answeredMs, lost } = entry;
    const text = `${timeOf(at)}  ${ARROWS[kind]} ${kind.padEnd(6)}  ${String(bytes).padStart(6)} B  ${what}${outcomeOf(entry)}`;
    if (kind === 'crash' || lost) return { text, weight: 'error' };
    return { text, weight: (answeredMs ?? 0) >= SLOW_MS ? 'warning' : 'plain' };
}

// The latest first.
function events({ entries }: Recorder): Line[] {
    return entries.length ? entries.slice().reverse().map(lineOf) : none('Nothing has been sent yet.');
}

function handlers(log: LogLines, session: string): Line[] {
    const list = log.handlersOf(session).reverse();
    if (!list.length) return none('No handler has run yet.');
    const width = Math.max(...list.map(({ handler }) => handler.length));
    return list.map((it) => ({
        text:
            `${it.handler.padEnd(width)}  ${String(it.runs).padStart(5)} ×  last ${ms(it.lastMs).padStart(6)} ms  ` +
            `slowest ${ms(it.slowestMs).padStart(6)} ms  ${it.on}  ${it.at}`,
        weight: isSlow(it) ? 'warning' : 'plain',
    }));
}

function logged(log: LogLines, session: string): Line[] {
    const lines = log.of(session);
    if (!lines.length) return none('Nothing has been logged yet.');
    return lines.map((text) => ({ text, weight: weightOfLog(text) })).reverse();
}

export function linesOf(tab: Exclude<Tab, 'Problem'>, recorder: Recorder, log: LogLines): Line[] {
    if (tab === 'Events') return events(recorder);
    if (tab === 'Handlers') return handlers(log, recorder.session);
    return tab === 'Tree' ? recorder.tree().map(plain) : logged(log, recorder.session);
}
