// The spinners of flet-spinkit. Each is a row of the table: how many parts it has and how long one round takes; what
// the parts look like and how they move is in the style sheet.

import type { Context, Widget } from '../dom/widget.ts';
import { color, durationMs, number, oneOf } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import css from './spinkit.css?text';
import solid from './spinkitsolid.css?text';

const SIZE_PX = 50;
const MOST_PARTS = 50;

// Parts, milliseconds, width of lines.
const SPINNERS: { readonly [name: string]: readonly [parts: number, time: number, line?: number] } = {
    ChasingDots: [2, 2000],
    Circle: [12, 1200],
    CubeGrid: [9, 1200],
    DancingSquare: [4, 1200],
    DoubleBounce: [2, 2000],
    DualRing: [1, 1200, 7],
    FadingCircle: [12, 1200],
    FadingCube: [4, 2400],
    FadingFour: [4, 1200],
    FadingGrid: [9, 1200],
    FoldingCube: [4, 2400],
    HourGlass: [1, 1200],
    PianoWave: [5, 1500],
    PouringHourGlass: [3, 2400],
    PouringHourGlassRefined: [4, 2400],
    Pulse: [1, 1000],
    PulsingGrid: [9, 1500],
    PumpingHeart: [1, 2400],
    Ring: [1, 1200, 7],
    Ripple: [2, 1800, 6],
    RotatingCircle: [1, 1200],
    RotatingPlain: [1, 1200],
    SpinningCircle: [1, 1200],
    SpinningLines: [5, 3000, 2],
    SquareCircle: [1, 1000],
    ThreeBounce: [3, 1400],
    ThreeInOut: [4, 1500],
    WanderingCubes: [2, 1800],
    Wave: [5, 1200],
    WaveSpinner: [3, 3000],
};

export function spinner(context: Context): Widget {
    adopt(css);
    adopt(solid);
    const name = context.control.type.replace('SpinKit', '');
    const [count, usual, line] = SPINNERS[name] ?? SPINNERS['Ring']!;
    const root = el('div', `t-spin t-spin-${name.toLowerCase()}`);
    const parts: HTMLElement[] = [];
    root.setAttribute('role', 'progressbar');
    return {
        root,
        update() {
            setAttribute(root, 'aria-label', context.text('tooltip') || 'Loading');
            const own = Math.round(number(context.get('item_count')) ?? count);
            const wanted = name.endsWith('Wave') ? Math.min(Math.max(own, 2), MOST_PARTS) : count;
            while (parts.length < wanted) parts.push(root.appendChild(el('i')));
            for (const part of parts.splice(wanted)) part.remove();
            const place = order(oneOf(context.get('wave_type'), ['start', 'center', 'end'] as const), wanted);
            const columns = Math.round(Math.sqrt(wanted));
            for (const [i, part] of parts.entries())
                setStyle(part, {
                    '--i': String(i),
                    '--at': String(place(i)),
                    '--x': String(i % columns),
                    '--y': String(Math.floor(i / columns)),
                });
            const width = number(context.get('line_width')) ?? number(context.get('border_width')) ?? line;
            const size = number(context.get('size')) ?? SIZE_PX;
            context.rootStyle = {
                width: `${size}px`,
                height: `${size}px`,
                '--s': `${size}px`,
                '--n': String(wanted),
                '--d': `${Math.max(durationMs(context.get('duration')) || usual, 1)}ms`,
                '--w': width === undefined ? undefined : `${width}px`,
                '--ink': color(context.get('color')),
            };
        },
    };
}

// Where a wave begins.
function order(type: 'start' | 'center' | 'end' | undefined, count: number): (index: number) => number {
    if (type === 'end') return (i) => count - 1 - i;
    if (type === 'center') return (i) => Math.abs(i - (count - 1) / 2);
    return (i) => i;
}
