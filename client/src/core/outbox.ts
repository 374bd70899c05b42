// Packets for the server while there is no connection: bounded, in order. Pure.

import { Action } from './packets.ts';

export type Message = { action: number; body: { [key: string]: unknown } };

export class Outbox {
    private messages: Message[] = [];

    constructor(private readonly cap = 512) {}

    get length(): number {
        return this.messages.length;
    }

    push(message: Message): void {
        this.dropWishes(message);
        this.messages.push(message);
        if (this.messages.length > this.cap) this.foldUpdates();
        if (this.messages.length > this.cap) this.dropOldest();
    }

    prepend(message: Message): void {
        this.messages.unshift(message);
    }

    takeAll(): Message[] {
        const taken = this.messages;
        this.messages = [];
        return taken;
    }

    // Events of controls that another session owned must never reach the controls of a new one.
    keepOnly(isWanted: (message: Message) => boolean): void {
        this.messages = this.messages.filter(isWanted);
    }

    // Of the ranges that a list wants to show, only the latest is still wanted.
    private dropWishes({ action, body }: Message): void {
        if (action !== Action.Event || body['name'] !== 'rows') return;
        this.messages = this.messages.filter(
            (other) =>
                other.action !== Action.Event ||
                other.body['name'] !== 'rows' ||
                other.body['target'] !== body['target'],
        );
    }

    // Only the last value of a property matters once nobody saw the earlier ones.
    private foldUpdates(): void {
        const seen = new Set<string>();
        this.messages = this.messages
            .reverse()
            .filter(({ action, body }) => {
                if (action !== Action.Update) return true;
                const name = `${String(body['id'])} ${Object.keys(body['props'] as object)}`;
                return !seen.has(name) && Boolean(seen.add(name));
            })
            .reverse();
    }

    private dropOldest(): void {
        const event = this.messages.findIndex(({ action }) => action === Action.Event);
        this.messages.splice(Math.max(event, 0), 1);
    }
}
