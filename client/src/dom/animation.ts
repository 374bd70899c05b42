import { endOf } from '../core/animation.ts';
import type { Value, ValueMap } from '../core/tree.ts';

// Tells when an animation of the element itself has ended; once, however many parts it moved.
export function watchEnds(root: HTMLElement, props: () => ValueMap, emit: (event: string, data: Value) => void): void {
    const told = new Set<string>();
    root.addEventListener('transitionend', ({ target, propertyName }) => {
        const name = target === root ? endOf(props(), propertyName) : undefined;
        if (!name || told.has(name)) return;
        told.add(name);
        setTimeout(() => told.delete(name));
        emit('animation_end', name);
    });
}
