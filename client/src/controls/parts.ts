// The children of a long list or scrolling column, in parts: those out of sight are neither styled, laid out nor painted,
// and a change lays out its own part and the row of parts, not all children. For screen readers and the browser's search
// all of them are there.

import type { Control } from '../core/tree.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import type { Context } from '../dom/widget.ts';
import css from './parts.css?text';

adopt(css);

// As many parts as there are children in one, if it can be.
const LEAST = 25;
const MOST = 100;
// As wide as they can be, whatever is in them: so is their column, while they are out of sight.
const WIDE = ':scope > :is(.t-row:not(.t-tight), .t-fill)';

export class Parts {
    private readonly parts: HTMLElement[] = [];
    private readonly size: number;
    // The first part says how high the others are taken to be until they are seen. One whose width its content gives was
    // laid out by now, which the browser remembers: it may be left out as well.
    private readonly sizes = new ResizeObserver((entries) => {
        for (const { target, contentRect } of entries) {
            target.classList.add('t-part-apart');
            // No longer looked at: that it is left out now changes its size, and is nothing to tell.
            if (target !== this.parts[0]) this.sizes.unobserve(target);
            else if (target.childElementCount === this.size)
                this.host.style.setProperty('--t-part', `${contentRect.height}px`);
        }
    });

    constructor(
        private readonly context: Context,
        private readonly host: HTMLElement,
    ) {
        this.size = Math.min(Math.max(Math.ceil(Math.sqrt(context.children().length)), LEAST), MOST);
    }

    place(controls: readonly Control[]): void {
        const { context, host, parts, size } = this;
        const count = Math.ceil(controls.length / size);
        while (parts.length > count) this.drop(parts.pop()!);
        for (let i = 0; i < count; i++) {
            const part = (parts[i] ??= this.add());
            const own = controls.slice(i * size, (i + 1) * size);
            context.place(part, own);
            setStyle(part, { '--t-share': own.length < size ? String(own.length / size) : undefined });
            if (host.classList.contains('t-list') || part.querySelector(WIDE)) part.classList.add('t-part-apart');
        }
        // Those that lay there before there were parts, and are nowhere now.
        context.place(host, []);
    }

    private add(): HTMLElement {
        const part = el('div', 't-col t-part');
        this.host.append(part);
        this.sizes.observe(part);
        return part;
    }

    private drop(part: HTMLElement): void {
        this.sizes.unobserve(part);
        this.context.place(part, []);
        part.remove();
    }
}
