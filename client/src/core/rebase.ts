// Values that a person changed while the server was away, laid over what the server says now. Pure.
//
// Three versions of a value meet: the one that both knew, the person's, the server's. Where only one of them changed,
// that one stands. Of a text that both changed, what the person typed since is typed again into the server's: "hello",
// cleared by the server while the person went on to "hello you", is " you". Anything else is the person's.

import { merge } from './merge.ts';
import { Action } from './packets.ts';
import type { Kept, Outbox } from './outbox.ts';
import type { Control, Store, Value, ValueMap } from './tree.ts';

export function rebase(base: Value | undefined, mine: Value, theirs: Value | undefined, isText = true): Value {
    if (theirs === base || theirs === undefined || theirs === mine) return mine;
    if (mine === base) return theirs;
    if (!isText || typeof base !== 'string' || typeof mine !== 'string' || typeof theirs !== 'string') return mine;
    return merge(base, mine, theirs);
}

// Undoes, newest first, the updates that the server has not taken: the page is what the server believes then.
export function unroll(store: Store, outbox: Outbox): Set<Control> {
    const dirty = new Set<Control>();
    for (const { action, body, before } of outbox.open().reverse())
        if (action === Action.Update && before)
            for (const control of store.mergeLocal(body['id'] as number, before)) dirty.add(control);
    return dirty;
}

// Does them again, over what the server made of the page meanwhile. They will be sent as they are then.
export function reapply(store: Store, outbox: Outbox): Set<Control> {
    const redo = new Redo(outbox);
    const dirty = new Set<Control>();
    for (const message of outbox.open()) {
        const id = message.body['id'] as number;
        const control = message.action === Action.Update ? store.find(id) : undefined;
        if (control) redo.update(message, control, (name) => control.props[name]);
        else redo.event(message);
        if (control) for (const touched of store.mergeLocal(id, message.body['props'] as ValueMap)) dirty.add(touched);
    }
    return dirty;
}

// Of one pass over what was sent, oldest first: each update is done to what the one before it left.
class Redo {
    private readonly changed = new Map<string, Value>(); // of a control: what was sent as its value -> what is now

    constructor(private readonly outbox: Outbox) {}

    update(message: Kept, control: Control, now: (name: string) => Value | undefined): void {
        const { id, props } = message.body as { id: number; props: ValueMap };
        const next: ValueMap = {};
        const before: ValueMap = {};
        for (const [name, mine] of Object.entries(props)) {
            const theirs = now(name);
            next[name] = rebase(message.before?.[name], mine, theirs, isTyped(control, name));
            before[name] = theirs ?? null;
            if (typeof mine === 'string') this.changed.set(`${id} ${mine}`, next[name]!);
        }
        message.before = before;
        if (Object.keys(props).some((name) => props[name] !== next[name]))
            this.outbox.change(message, { id, props: next });
    }

    // An event that reports a value reports the one that the field has.
    event(message: Kept): void {
        const { target, data } = message.body;
        if (message.action !== Action.Event || typeof data !== 'string') return;
        const now = this.changed.get(`${String(target)} ${data}`);
        if (now !== undefined && now !== data) this.outbox.change(message, { ...message.body, data: now });
    }
}

// The server says, in a packet in front of a patch, up to which of our messages its texts are made of.
const TAKEN = '_taken';

// A patch; what was typed after the server made it is typed again into its texts. The server does the same as our
// messages come (sdk/tree/typing.h), step by step with the same texts: both come to the same ones. While what was
// missed still comes, the page is what the session knew as this connection began.
export function takePatch(store: Store, outbox: Outbox, id: unknown, patch: unknown, isBehind = false): Set<Control> {
    const stamp = Array.isArray(patch) && patch.length === 2 && id === 1 ? (patch[1] as unknown[]) : [];
    if (stamp[2] === TAKEN && typeof stamp[3] === 'number') {
        outbox.madeOf = stamp[3];
        return new Set();
    }
    const later = outbox.madeOf === undefined ? [] : outbox.since(outbox.madeOf, isBehind);
    outbox.madeOf = undefined;
    const texts = new Map<Control, string>();
    for (const { action, body } of later) {
        const control = action === Action.Update && store.find(body['id'] as number);
        const text = control && isTyped(control, 'value') && control.props['value'];
        if (typeof text === 'string') texts.set(control as Control, text);
    }
    // Marked, so that even a text that comes out as it was is seen to have been set.
    const mark: Value = [];
    for (const control of texts.keys()) control.props['value'] = mark;
    try {
        return store.patch(id, patch);
    } finally {
        for (const [control, text] of texts)
            if (control.props['value'] === mark) {
                control.props['value'] = text;
                texts.delete(control);
            }
        if (texts.size) typeAgain(store, outbox, later, texts);
    }
}

function typeAgain(store: Store, outbox: Outbox, later: Kept[], texts: Map<Control, string>): void {
    const redo = new Redo(outbox);
    for (const message of later) {
        const control = store.find(message.body['id'] as number);
        if (message.action !== Action.Update) redo.event(message);
        else if (control && texts.has(control)) {
            redo.update(message, control, (name) => (name === 'value' ? control.props[name] : message.before?.[name]));
            const { value } = message.body['props'] as ValueMap;
            if (value !== undefined) control.props['value'] = value;
        }
    }
}

// A text that is typed, as the server knows them: only those are made of two. The value of a list of choices is not.
function isTyped({ type }: Control, name: string): boolean {
    return name === 'value' && /^(Cupertino)?TextField$|^SearchBar$|^AutoComplete$/.test(type);
}
