// Only `troupe dev` serves this, with pages of an app that is being written: asks what the desk says, listens to what goes
// over the page's socket, and shows both.

import { LogLines } from './loglines.ts';
import { Panel } from './panel.ts';
import { problemOf, readStatus } from './problem.ts';
import { Recorder } from './recorder.ts';
import { listen } from './socket.ts';

const EACH_MS = 300;
const HIDDEN_MS = 2000;

async function ask(name: string): Promise<unknown> {
    const answer = await fetch(`_desk/${name}`, { cache: 'no-store' });
    return answer.ok ? answer.json() : null;
}

async function answer(text: string): Promise<void> {
    const heard = await fetch(`_desk/answer/${text}`, { method: 'POST' });
    if (!heard.ok) throw new Error(heard.statusText);
}

async function update(panel: Panel, log: LogLines): Promise<void> {
    const status = readStatus(await ask('status.json'));
    if (status && status.build.state !== 'building') panel.show(problemOf(status));
    if (panel.isWatched) log.take(await ask('log.json'));
    panel.refresh();
}

// The gateway may be away: the next time tells.
async function look(panel: Panel, log: LogLines): Promise<void> {
    await update(panel, log).catch(() => undefined);
    setTimeout(() => void look(panel, log), document.hidden ? HIDDEN_MS : EACH_MS);
}

function start(): void {
    const recorder = new Recorder();
    const log = new LogLines();
    listen(recorder);
    void look(new Panel(recorder, log, answer), log);
}

start();
