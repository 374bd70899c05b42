// Implicit animations: a property changes, and the browser draws what lies between.

import type { ValueMap } from './tree.ts';
import { animation, type Css } from './values.ts';

// Which property makes which parts of the style change slowly, and the name its end goes by.
const ANIMATED: [string, string, string[]][] = [
    ['animate_opacity', 'opacity', ['opacity']],
    ['animate_size', 'size', ['width', 'height']],
    ['animate_position', 'position', ['left', 'top', 'right', 'bottom']],
    ['animate_margin', 'margin', ['margin']],
    ['animate_rotation', 'rotation', ['rotate']],
    ['animate_scale', 'scale', ['scale']],
    ['animate_offset', 'offset', ['translate']],
    [
        'animate',
        'container',
        [
            'background-color',
            'border-color',
            'border-width',
            'border-radius',
            'box-shadow',
            'width',
            'height',
            'padding',
            'margin',
        ],
    ],
];

export function transitions(props: ValueMap): Css[string] {
    const parts = ANIMATED.flatMap(([name, , targets]) => {
        const how = animation(props[name]);
        return how ? targets.map((target) => `${target} ${how}`) : [];
    });
    return parts.length ? parts.join(', ') : undefined;
}

// The animation that has come to its end with this part of the style; nothing for parts that no property animates.
export function endOf(props: ValueMap, part: string): string | undefined {
    const found = ANIMATED.find(
        ([name, , targets]) => animation(props[name]) && targets.some((target) => part.startsWith(target)),
    );
    return found?.[1];
}
