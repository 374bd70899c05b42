// Tells the text fields of an app that something else than typing was reported; see echo.ts.

import type { Control } from '../core/tree.ts';

type Listener = (control: Control) => void;

const PASSIVE = new Set(['change', 'hover', 'scroll', 'focus', 'blur', 'selection_change', 'enter', 'exit']);

export class Activity {
    private readonly listeners = new Set<Listener>();

    // Returns the function that ends it.
    listen(listener: Listener): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    note(control: Control, event: string): void {
        if (!PASSIVE.has(event)) for (const listener of this.listeners) listener(control);
    }
}
