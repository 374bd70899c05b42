// A text that a person types while the server may change it. The page's value and the element's text are one but for
// a moment: what the server changes is taken over around what is being typed, with caret and selection where they were,
// and not before an input method has finished its word. The browser's own undo ends where a script changed the text:
// from there on the steps are kept here.

import { MESSAGE_CAP_BYTES } from '../core/connection.ts';
import { follow, merge } from '../core/merge.ts';
import { wellFormed } from '../core/packets.ts';
import type { Rule } from '../core/rules.ts';
import type { Value } from '../core/tree.ts';
import type { Context } from './widget.ts';

export interface Editable extends HTMLElement {
    value: string;
    selectionStart: number | null;
    selectionEnd: number | null;
    readonly readOnly?: boolean;
    readonly disabled?: boolean;
    setSelectionRange(start: number, end: number, direction?: 'forward' | 'backward' | 'none'): void;
    readonly updateComplete?: Promise<unknown>;
}

// With what else is in its message.
const TEXT_CAP_BYTES = MESSAGE_CAP_BYTES - 1024;
const NO_LIMITS = '[null,null,null]';
const STEPS = 100;
// What is typed faster than this is one step.
const STEP_MS = 400;

export class Typed {
    // Why the text is not the page's value: it cannot be sent. Empty: it is.
    refusal = '';
    private isComposing = false;
    private last = ''; // the element's text as it was reported or shown last
    private isRewritten = false;
    private held: string | undefined; // the page's value before an input method began its word
    private readonly undone: string[] = [];
    private readonly done: string[] = [];
    private doneAt = 0;
    private rule: Rule = (_, typed) => typed;
    private limits = '';

    constructor(
        // Whose `value` it is.
        private readonly context: Pick<Context, 'text' | 'set' | 'emit'>,
        private element: Editable,
        private readonly onShown: () => void = () => undefined,
    ) {
        this.watch(element);
    }

    // Another element has the text from now on.
    move(element: Editable): void {
        this.element = element;
        this.watch(element);
        this.show();
    }

    // The person has changed the element: the page's value follows. What the server set meanwhile stays in it.
    report(): void {
        const { context, element, last } = this;
        const held = context.text('value');
        const typed = wellFormed(element.value);
        if (this.refuse(typed)) return;
        this.last = typed;
        const meant = held === last ? typed : merge(last, typed, held);
        // An input method's word is looked at when it is whole.
        const value = this.isComposing ? meant : this.rule(this.held ?? held, meant);
        if (!this.isComposing) this.held = undefined;
        this.keepStep(held);
        context.set({ value });
        this.show();
        context.emit('change', value);
    }

    // What the field takes of what is typed. The code for it comes with the first field that has such a rule.
    limit(filter: Value = null, capitals: Value = null, most: Value = null): void {
        const limits = JSON.stringify([filter, capitals, most]);
        if (limits === this.limits || (limits === NO_LIMITS && !this.limits)) return;
        this.limits = limits;
        import('../core/rules.ts').then(
            ({ rulesOf }) => {
                if (limits === this.limits) this.rule = rulesOf(filter, capitals, most);
            },
            () => undefined, // the server has the last word anyway
        );
    }

    // The page's value may have changed.
    show(): void {
        const { element } = this;
        const value = this.context.text('value');
        if (this.isComposing || (this.refusal && value === this.last)) return;
        const before = element.value;
        this.last = value;
        if (before === value) return;
        // Also in a window that is not the one in front: its caret is there when the person comes back.
        const hasFocus = (element.getRootNode() as Document | ShadowRoot).activeElement === element;
        const [start, end] = hasFocus ? [element.selectionStart, element.selectionEnd] : [null, null];
        element.value = value;
        this.refusal = '';
        this.isRewritten ||= before !== '';
        this.onShown();
        if (start === null || end === null) return;
        const select = () => element.setSelectionRange(follow(start, before, value), follow(end, before, value));
        if (element.updateComplete) void element.updateComplete.then(select);
        else select();
    }

    // It stays in the element, and the page keeps what it had.
    private refuse(text: string): boolean {
        const bytes = text.length * 3 > TEXT_CAP_BYTES ? new TextEncoder().encode(text).length : 0;
        const isTooLong = bytes > TEXT_CAP_BYTES;
        const most = Math.floor(TEXT_CAP_BYTES / 1024);
        const refusal = isTooLong
            ? `This text is too long: ${Math.ceil(bytes / 1024)} KiB of at most ${most}. It is not sent.`
            : '';
        if (refusal !== this.refusal) {
            this.refusal = refusal;
            this.onShown();
        }
        return isTooLong;
    }

    private keepStep(held: string): void {
        const now = performance.now();
        if (now - this.doneAt > STEP_MS) this.done.push(held);
        if (this.done.length > STEPS) this.done.shift();
        this.doneAt = now;
        this.undone.length = 0;
    }

    private undo(isBack: boolean): void {
        const [from, to] = isBack ? [this.done, this.undone] : [this.undone, this.done];
        const value = from.pop();
        if (value === undefined) return;
        to.push(this.context.text('value'));
        this.context.set({ value });
        this.show();
        this.context.emit('change', value);
        this.doneAt = 0;
    }

    private onKey(event: KeyboardEvent): void {
        const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.isComposing;
        const key = event.key.toLowerCase();
        if (this.element.readOnly || this.element.disabled) return;
        if (!this.isRewritten || !isCommand || (key !== 'z' && key !== 'y')) return;
        event.preventDefault();
        this.undo(key === 'z' && !event.shiftKey);
    }

    private watch(element: Editable): void {
        element.addEventListener('input', () => {
            if (this.refusal || wellFormed(element.value) !== this.last) this.report();
        });
        element.addEventListener('keydown', (event) => this.onKey(event));
        element.addEventListener('compositionstart', () => {
            this.isComposing = true;
            this.held = this.context.text('value');
        });
        element.addEventListener('compositionend', () => {
            this.isComposing = false;
            // Firefox fires the last input event after this one.
            if (wellFormed(element.value) !== this.last) return this.report();
            const { held } = this;
            const value = this.context.text('value');
            if (held !== undefined && element.value === this.last && this.rule(held, value) !== value) this.report();
            this.held = undefined;
            this.show();
        });
    }
}
