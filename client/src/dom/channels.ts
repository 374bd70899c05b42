// Data channels: bytes between a control and the app, beside the page. They end with the connection, and are opened anew
// with the next.

import type { Surface } from './surface.ts';
import type { Context } from './widget.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Open = { number: number; context: Context; name: string; take: (bytes: Bytes) => void };
export type Channel = { send(bytes: Bytes): void; close(): void };

export class Channels {
    private lastNumber = 0;
    private readonly all = new Set<Open>();

    constructor(private readonly surface: Surface) {
        surface.onBytes = (number, bytes) => this.take(number, bytes);
        surface.onReconnected = () => {
            for (const one of this.all) this.tell(one);
        };
    }

    open(context: Context, name: string, take: Open['take']): Channel {
        const one: Open = { number: 0, context, name, take };
        this.all.add(one);
        // What makes it is being drawn.
        queueMicrotask(() => this.all.has(one) && !one.number && this.tell(one));
        return {
            send: (bytes) => this.all.has(one) && this.surface.sendBytes?.(one.number, bytes),
            close: () => this.all.delete(one),
        };
    }

    private tell(one: Open): void {
        one.number = ++this.lastNumber;
        const { control, renderer } = one.context;
        const data = { channel_name: one.name, channel_id: one.number };
        renderer.outlet.emit(control, 'data_channel_open', data, true);
    }

    private take(number: number, bytes: Bytes): void {
        for (const one of this.all) if (one.number === number) return one.take(bytes);
    }
}
