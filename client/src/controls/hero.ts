// The same thing on two views: as the second view opens it flies there from where it was.

import type { Context, Widget } from '../dom/widget.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

const FLIGHT_MS = 300;

class Heroes {
    private readonly byTag = new Map<string, Set<HTMLElement>>();

    add(tag: string, root: HTMLElement): DOMRect | undefined {
        let all = this.byTag.get(tag);
        if (!all) this.byTag.set(tag, (all = new Set()));
        const before = [...all].filter((other) => other.checkVisibility()).at(-1);
        all.add(root);
        return before?.getBoundingClientRect();
    }

    remove(tag: string, root: HTMLElement): void {
        this.byTag.get(tag)?.delete(root);
    }
}

export function hero(context: Context): Widget {
    const root = wrapperBox();
    const heroes = context.surface.of(Heroes);
    const tag = context.text('tag');
    const from = heroes.add(tag, root);
    if (from) requestAnimationFrame(() => fly(root, from));
    return {
        root,
        update: () => placeContent(context, root),
        dispose: () => heroes.remove(tag, root),
    };
}

function fly(root: HTMLElement, from: DOMRect): void {
    const to = root.getBoundingClientRect();
    if (!to.width || !to.height || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const [x, y] = [from.left - to.left, from.top - to.top];
    const start = `translate(${x}px, ${y}px) scale(${from.width / to.width}, ${from.height / to.height})`;
    root.animate(
        [
            { transform: start, transformOrigin: '0 0' },
            { transform: 'none', transformOrigin: '0 0' },
        ],
        {
            duration: FLIGHT_MS,
            easing: 'cubic-bezier(0.2, 0, 0, 1)',
        },
    );
}
