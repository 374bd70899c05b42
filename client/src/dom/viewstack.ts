// Which view is seen. Lower views stay as they are, so that going back finds them so: with what was
// typed, where they were scrolled to, and what had the focus.

import { text } from '../core/values.ts';
import type { Control } from '../core/tree.ts';

type Left = { scrolled: [Element, number, number][]; focused: Element | null };

export class ViewStack {
    private top: HTMLElement | undefined;
    private name = '';
    private readonly left = new WeakMap<Element, Left>();

    // Before the elements of the stack change.
    leave(): void {
        if (this.top?.isConnected) this.left.set(this.top, stateOf(this.top));
    }

    // `elements` are those of `stack`, in place.
    show(stack: readonly Control[], elements: readonly HTMLElement[]): void {
        const top = elements[elements.length - 1];
        const control = stack[stack.length - 1];
        // The first view is one element whatever address it shows.
        const name = control ? `${control.id} ${text(control.props['route'])}` : '';
        const isFirst = this.top === undefined;
        const isNew = name !== this.name;
        const isOther = top !== this.top;
        for (const element of elements) element.hidden = element !== top;
        this.top = top;
        this.name = name;
        if (!top || !isNew || isFirst) return;
        // Controls in a view that has just been made may be drawn a moment later.
        queueMicrotask(() => this.enter(top, isOther ? this.left.get(top) : undefined));
    }

    private enter(top: HTMLElement, left: Left | undefined): void {
        if (this.top !== top) return;
        if (!left) top.querySelector('.t-view-body')?.scrollTo(0, 0);
        for (const [element, x, y] of left?.scrolled ?? []) element.scrollTo(x, y);
        const active = document.activeElement;
        // A dialog that is open, or a field that asked for it, keeps the focus.
        if (active?.closest('dialog[open]') || (active && top.contains(active))) return;
        const back = left?.focused;
        if (back instanceof HTMLElement && top.contains(back)) back.focus({ preventScroll: true });
        else headingOf(top).focus({ preventScroll: true });
    }
}

function stateOf(view: HTMLElement): Left {
    const active = document.activeElement;
    const scrolled = [...view.querySelectorAll('*')]
        .filter(({ scrollTop, scrollLeft }) => scrollTop !== 0 || scrollLeft !== 0)
        .map((element): [Element, number, number] => [element, element.scrollLeft, element.scrollTop]);
    return { scrolled, focused: active && view.contains(active) ? active : null };
}

// Where people who hear a page are told what it is.
function headingOf(view: HTMLElement): HTMLElement {
    const heading = view.querySelector<HTMLElement>('.t-view-top h1, h1, h2');
    if (!heading) return view.querySelector<HTMLElement>('.t-view-body') ?? view;
    heading.tabIndex = -1;
    return heading;
}
