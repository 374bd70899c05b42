// A chart that changes: what was drawn goes to what is drawn now.

import { timing } from '../core/timing.ts';
import type { Value } from '../core/tree.ts';

const MOVING: { readonly [tag: string]: readonly string[] } = {
    rect: ['x', 'y', 'width', 'height'],
    circle: ['cx', 'cy', 'r'],
    path: ['d'],
    text: ['x', 'y'],
};

export const shapesOf = (svg: Element): Element[] => [...svg.querySelectorAll('rect, circle, path, text')];

// Shapes of one kind are each other's, in order.
export function move(before: readonly Element[], svg: Element, how: Value | undefined): void {
    const options = timing(how);
    if (!options || !before.length || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    if (!(options.duration > 0)) return;
    const old = byTag(before);
    for (const [tag, shapes] of byTag(shapesOf(svg)))
        for (const [i, shape] of shapes.entries()) {
            const frame = frameOf(tag, old.get(tag)?.[i], shape);
            if (frame) shape.animate([frame, {}], options);
        }
}

function byTag(shapes: readonly Element[]): Map<string, Element[]> {
    const found = new Map<string, Element[]>();
    for (const shape of shapes) {
        if (shape.closest('clipPath')) continue;
        found.set(shape.localName, [...(found.get(shape.localName) ?? []), shape]);
    }
    return found;
}

function frameOf(tag: string, from: Element | undefined, to: Element): Keyframe | undefined {
    if (!from) return undefined;
    const changed = MOVING[tag]!.filter((name) => from.getAttribute(name) !== to.getAttribute(name));
    if (!changed.length) return undefined;
    if (tag === 'path') {
        const [a, b] = [from.getAttribute('d') ?? '', to.getAttribute('d') ?? ''];
        return commands(a) === commands(b) ? { d: `path("${a}")` } : undefined;
    }
    if (tag === 'text') {
        const away = (name: string) => Number(from.getAttribute(name)) - Number(to.getAttribute(name));
        return { translate: `${away('x')}px ${away('y')}px` };
    }
    return Object.fromEntries(changed.map((name) => [name, `${from.getAttribute(name)}px`]));
}

// Paths of one build can go from one to the other.
const commands = (path: string): string => path.replace(/[^a-z]+/gi, '');
