// Only `troupe dev` serves this, with pages of an app that is being written: asks what the desk says, and shows it.

import { Panel } from './panel.ts';
import { problemOf, readStatus } from './problem.ts';

const EACH_MS = 300;
const HIDDEN_MS = 2000;

async function ask(): Promise<unknown> {
    const answer = await fetch('_desk/status.json', { cache: 'no-store' });
    return answer.ok ? answer.json() : null;
}

// The gateway may be away, or the file half a moment old: the next time tells.
async function look(panel: Panel): Promise<void> {
    const status = await ask()
        .then(readStatus)
        .catch(() => null);
    if (status && status.build.state !== 'building') panel.show(problemOf(status));
    setTimeout(() => void look(panel), document.hidden ? HIDDEN_MS : EACH_MS);
}

void look(new Panel());
