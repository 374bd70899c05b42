// Calls of the server to the browser, and what a control's handlers heard.

import assert from 'node:assert/strict';
import { Action } from '../../src/core/packets.ts';
import { PATIENCE_MS, type Mock, type Node } from './mock.ts';

// One call, and what the browser answered.
export async function call(mock: Mock, node: Node, name: string, args?: object): Promise<unknown> {
    const call_id = `${name}-${mock.heard.length}-${node._i}`;
    const since = mock.heard.length;
    mock.send(Action.Invoke, { control_id: node._i, call_id, name, ...(args && { args }) });
    const { body } = await mock.waitFor(
        (packet) => packet.action === Action.Invoke && packet.body['call_id'] === call_id,
        since,
    );
    assert.equal(body['control_id'], node._i);
    return body['error'] === null ? body['result'] : `error: ${String(body['error'])}`;
}

// Handlers that keep what they heard: `on('select')` is one, `said` all of it.
export class Ear {
    readonly said: [string, unknown][] = [];
    private waiting: (() => void)[] = [];

    on(name: string): (data: unknown) => void {
        return (data) => {
            this.said.push([name, data]);
            for (const done of this.waiting.splice(0)) done();
        };
    }

    // The next of that name that has not been taken yet, whenever it comes.
    async next(name: string): Promise<unknown> {
        const deadline = setTimeout(() => assert.fail(`no ${name}; heard ${JSON.stringify(this.said)}`), PATIENCE_MS);
        for (;;) {
            const at = this.said.findIndex(([said]) => said === name);
            if (at >= 0) {
                clearTimeout(deadline);
                return this.said.splice(at, 1)[0]![1];
            }
            await new Promise<void>((done) => this.waiting.push(done));
        }
    }
}
