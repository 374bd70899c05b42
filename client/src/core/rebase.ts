// Values that a person changed while the server was away, laid over what the server says now. Pure.
//
// Three versions of a value meet: the one that both knew, the person's, the server's. Where only one of them changed,
// that one stands. Of a text that both changed, what the person typed since is typed again into the server's: "hello",
// cleared by the server while the person went on to "hello you", is " you". Anything else is the person's.

import { Action } from './packets.ts';
import type { Kept, Outbox } from './outbox.ts';
import type { Control, Store, Value, ValueMap } from './tree.ts';

export function rebase(base: Value | undefined, mine: Value, theirs: Value | undefined): Value {
    if (theirs === base || theirs === undefined || theirs === mine) return mine;
    if (mine === base) return theirs;
    if (typeof base !== 'string' || typeof mine !== 'string' || typeof theirs !== 'string') return mine;
    return typedInto([...base], [...mine], [...theirs]);
}

// By code points, so that none is cut in half.
function typedInto(base: string[], mine: string[], theirs: string[]): string {
    const shorter = Math.min(base.length, mine.length);
    let head = 0;
    while (head < shorter && base[head] === mine[head]) head++;
    let tail = 0;
    while (tail < shorter - head && base[base.length - 1 - tail] === mine[mine.length - 1 - tail]) tail++;
    const removed = base.slice(head, base.length - tail);
    const end = theirs.length - tail - removed.length;
    let at = theirs.length;
    const isBehindAll = head === base.length;
    if (isBehindAll) at = theirs.length;
    else if (isAt(theirs, 0, base.slice(0, head))) at = head;
    else if (end >= 0 && isAt(theirs, end, base.slice(head))) at = end;
    const goesOn = isAt(theirs, at, removed) ? at + removed.length : at;
    return [...theirs.slice(0, at), ...mine.slice(head, mine.length - tail), ...theirs.slice(goesOn)].join('');
}

function isAt(text: string[], at: number, part: string[]): boolean {
    return part.every((letter, i) => text[at + i] === letter);
}

// Undoes, newest first, the updates that the server has not taken: the page is what the server believes then.
export function unroll(store: Store, outbox: Outbox): Set<Control> {
    const dirty = new Set<Control>();
    for (const { action, body, before } of outbox.open().reverse())
        if (action === Action.Update && before)
            for (const control of store.mergeLocal(body['id'] as number, before)) dirty.add(control);
    return dirty;
}

type Base = { base: Value | undefined; theirs: Value | undefined };

// Does them again, over what the server made of the page meanwhile. They will be sent as they are then.
export function reapply(store: Store, outbox: Outbox): Set<Control> {
    const dirty = new Set<Control>();
    const bases = new Map<string, Base>();
    const changed = new Map<string, Value>(); // of a control's property: what was sent as its value -> what is
    for (const message of outbox.open()) {
        if (message.action === Action.Update) {
            reapplyUpdate(store, outbox, message, bases, changed);
            const props = message.body['props'] as ValueMap;
            for (const control of store.mergeLocal(message.body['id'] as number, props)) dirty.add(control);
        } else if (message.action === Action.Event && typeof message.body['data'] === 'string') {
            // An event that reports a value reports the one that the field has.
            const data = changed.get(`${String(message.body['target'])} ${message.body['data']}`);
            if (data !== undefined) outbox.change(message, { ...message.body, data });
        }
    }
    return dirty;
}

function reapplyUpdate(
    store: Store,
    outbox: Outbox,
    message: Kept,
    bases: Map<string, Base>,
    changed: Map<string, Value>,
): void {
    const id = message.body['id'] as number;
    const control = store.find(id);
    if (!control) return;
    const props: ValueMap = {};
    const before: ValueMap = {};
    let isOther = false;
    for (const [name, mine] of Object.entries(message.body['props'] as ValueMap)) {
        const key = `${id} ${name}`;
        const known = bases.get(key) ?? { base: message.before?.[name], theirs: control.props[name] };
        bases.set(key, known);
        props[name] = rebase(known.base, mine, known.theirs);
        before[name] = control.props[name] ?? null;
        if (props[name] === mine) continue;
        isOther = true;
        if (typeof mine === 'string') changed.set(`${id} ${mine}`, props[name]!);
    }
    message.before = before;
    if (isOther) outbox.change(message, { id, props });
}
