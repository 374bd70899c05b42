// What a trace of Chromium says of the page's main thread. Pure.

// Shorter tasks are there in an idle page, too.
const NOTABLE_US = 5000;

const isMark = (it, name) => it.name === name && it.cat.includes("user_timing");

// When the page said performance.mark(name), on the trace's clock.
export function markOf(events, name) {
    const mark = events.find((it) => isMark(it, name));
    if (!mark) throw new Error(`the trace has no mark '${name}'`);
    return mark;
}

// The thread that set this mark, and what it did since the page was asked for: the mark knows how long ago that was.
export function mainThread(events, name) {
    const { pid, tid, ts, args } = markOf(events, name);
    const start = ts - args.data.startTime * 1000;
    const tasks = events
        .filter((it) => it.pid === pid && it.tid === tid && it.ph === "X" && it.name === "RunTask" && it.ts >= start)
        .map((it) => ({ begin: it.ts - start, end: it.ts - start + it.dur, busy: it.tdur ?? it.dur }));
    return { start, tasks };
}

// When the last task of some length ended, and how long the thread worked until then, in ms. Times are of its own
// processor, so that others at work on the machine are not in `busy`.
export function opening({ tasks }) {
    const notable = tasks.filter(({ busy }) => busy >= NOTABLE_US);
    const end = Math.max(...notable.map(({ end }) => end));
    return { ready: end / 1000, busy: busyWithin(tasks, 0, end) };
}

export function busyWithin(tasks, begin, end) {
    return tasks.reduce((sum, it) => sum + (it.begin >= begin && it.begin < end ? it.busy : 0), 0) / 1000;
}

// `times` are when frames began, in ms.
export function frames(times) {
    const lengths = times.slice(1).map((time, i) => time - times[i]);
    if (lengths.length === 0) throw new Error("no frame was drawn");
    return { frame: (times.at(-1) - times[0]) / lengths.length, longest: Math.max(...lengths) };
}
