// Values that the person changed lately, so that a lost connection does not undo them. Pure.
//
// A message that left just before the network died may never have arrived. After a reconnect the
// page from the server then shows older values; those the server had not itself changed since are
// put back and sent again.

import type { Control, Store, ValueMap } from './tree.ts';
import { key, text } from './values.ts';

type Edit = { id: number; props: ValueMap; at: number; type: string; mark: string };

const KEPT_MS = 10 * 60_000;
const KEPT = 200;

export class Edits {
    private byId = new Map<number, Edit>();

    note(store: Store, id: number, props: ValueMap, now: number): void {
        const control = store.find(id);
        // Dialogs close and pages move on by rules of their own.
        if (!control || id === store.root.id || 'open' in props || '_dismissed' in props) return;
        const before = this.byId.get(id);
        const merged = { ...before?.props, ...props };
        const edit = { id, props: merged, at: now, type: control.type, mark: markOf(control.props) };
        this.byId.delete(id);
        this.byId.set(id, edit);
        if (this.byId.size > KEPT) this.byId.delete(this.byId.keys().next().value!);
    }

    // It will not be sent again.
    forget(id: number): void {
        this.byId.delete(id);
    }

    // Before the new page is merged: edits that still stand, as the server left them alone.
    standing(store: Store, now: number): Edit[] {
        const standing = [...this.byId.values()].filter(({ id, props, at }) => {
            const control = store.find(id);
            const isSame = Object.entries(props).every(([name, v]) => control?.props[name] === v);
            return isSame && now - at < KEPT_MS;
        });
        this.byId = new Map(standing.map((edit) => [edit.id, edit]));
        return standing;
    }

    // After the merge: those whose control is recognisably the same one, and whose value differs.
    lost(store: Store, standing: Edit[], isSameSession: boolean): Edit[] {
        return standing.flatMap((edit) => {
            const control = isSameSession ? store.find(edit.id) : counterpart(store, edit);
            if (!control || control.type !== edit.type) return [];
            const isThere = Object.entries(edit.props).every(([name, value]) => control.props[name] === value);
            return isThere ? [] : [{ ...edit, id: control.id }];
        });
    }
}

// Another session has other ids: what tells a control then is what it is called, if nothing else is.
function counterpart(store: Store, { type, mark }: Edit): Control | undefined {
    if (!mark.trim()) return undefined;
    const found = [...store.controls()].filter((control) => control.type === type && markOf(control.props) === mark);
    return found.length === 1 ? found[0] : undefined;
}

function markOf(props: ValueMap): string {
    return `${key(props['key']) ?? ''} ${text(props['label'])} ${text(props['hint_text'])}`;
}
