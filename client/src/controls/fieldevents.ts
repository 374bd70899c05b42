// What a field of text tells beside its text: what is selected, presses elsewhere. And the keys that it leaves alone.

import type { Context } from '../dom/widget.ts';
import { isMap, type Value } from '../core/tree.ts';
import { number } from '../core/values.ts';

type Input = HTMLInputElement | HTMLTextAreaElement;

export class FieldEvents {
    private last = '';

    // `input` is what is typed into, once it is there.
    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
        private readonly input: () => Input | null,
        signal: AbortSignal,
    ) {
        root.addEventListener('keydown', (event) => this.onKey(event), { signal });
        document.addEventListener('selectionchange', () => this.tellSelection(), { signal });
        addEventListener('pointerdown', (event) => this.onPressElsewhere(event), { signal, capture: true });
    }

    // What the server selected, once for each time that it says so.
    select(): void {
        const selection = this.context.get('selection') ?? null;
        const wanted = placeOf(selection);
        if (!isMap(selection) || wanted === this.last) return;
        this.last = wanted;
        const [base, extent] = [number(selection['base_offset']) ?? 0, number(selection['extent_offset']) ?? 0];
        const direction = base <= extent ? 'forward' : 'backward';
        this.input()?.setSelectionRange(Math.min(base, extent), Math.max(base, extent), direction);
    }

    private onKey(event: KeyboardEvent): void {
        if (!this.context.is('ignore_up_down_keys') || event.isComposing) return;
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') event.preventDefault();
    }

    private onPressElsewhere(event: Event): void {
        const { root, context } = this;
        if (!context.handles('tap_outside') || !root.matches(':focus-within')) return;
        if (!event.composedPath().includes(root)) context.emit('tap_outside');
    }

    private tellSelection(): void {
        const { context } = this;
        const input = this.input();
        if (!context.handles('selection_change') || !input?.matches(':focus')) return;
        const { selectionStart: start, selectionEnd: end } = input;
        if (start === null || end === null) return;
        const isBackward = input.selectionDirection === 'backward';
        const selection = {
            base_offset: isBackward ? end : start,
            extent_offset: isBackward ? start : end,
            affinity: 'downstream',
            directional: false,
        };
        const now = placeOf(selection);
        if (now === this.last) return;
        this.last = now;
        context.set({ selection });
        context.emit('selection_change', { selected_text: input.value.slice(start, end), selection });
    }
}

function placeOf(selection: Value): string {
    return isMap(selection)
        ? `${number(selection['base_offset']) ?? 0} ${number(selection['extent_offset']) ?? 0}`
        : '';
}
