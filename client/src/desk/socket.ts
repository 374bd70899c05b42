// Listens to the sockets that the client opens after this, whichever client it is.

import type { Recorder } from './recorder.ts';

// What cannot be read is the client's to complain of.
function tell(say: () => void): void {
    try {
        say();
    } catch {}
}

export function listen(recorder: Recorder): void {
    window.WebSocket = class extends WebSocket {
        constructor(url: string | URL, protocols?: string | string[]) {
            super(url, protocols);
            this.addEventListener('message', ({ data }) => tell(() => recorder.received(data, Date.now())));
        }

        override send(data: Parameters<WebSocket['send']>[0]): void {
            tell(() => recorder.sent(data, Date.now()));
            super.send(data);
        }
    };
}
