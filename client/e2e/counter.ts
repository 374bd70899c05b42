// A page with a number, a button and a field, and its events.

import { Action } from '../src/core/packets.ts';
import type { Mock, Node } from '../test/support/mock.ts';

export const isEvent = (name: string) => (packet: { action: number; body: { [key: string]: unknown } }) =>
    packet.action === Action.Event && packet.body['name'] === name;

export function counter(mock: Mock): { total: Node; name: Node } {
    const total = mock.make('Text', { value: '0', key: 'total', size: 40 });
    let count = 0;
    const name = mock.make('TextField', { label: 'Name', key: 'name', on_change: () => undefined });
    mock.controls.push(
        total,
        mock.make('Row', {
            controls: [
                mock.make('FilledButton', {
                    content: 'Add',
                    key: 'add',
                    on_click: () => mock.set(total, { value: String(++count) }),
                }),
            ],
        }),
        name,
    );
    return { total, name };
}
