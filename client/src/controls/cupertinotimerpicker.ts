// Wheels for a length of time.

import type { Context, Widget } from '../dom/widget.ts';
import { range } from '../core/dates.ts';
import { Ext } from '../core/packets.ts';
import type { Value } from '../core/tree.ts';
import { color, durationMs, flexPlace, number, oneOf, point } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { q } from './cupertino.ts';
import { Wheel } from './wheel.ts';

const UNITS = {
    h: { name: 'Hours', short: 'hours', seconds: 3600, most: 23 },
    m: { name: 'Minutes', short: 'min', seconds: 60, most: 59 },
    s: { name: 'Seconds', short: 'sec', seconds: 1, most: 59 },
};
type Unit = keyof typeof UNITS;

export function cupertinoTimerPicker(context: Context): Widget {
    const root = q('div', 'q-wheels t-fill');
    const wheels = new Map<Unit, { wheel: Wheel; unit: HTMLElement }>();
    root.setAttribute('role', 'group');
    const choose = (unit: Unit, index: number) => {
        const parts = partsOf(secondsOf(context.get('value')));
        parts[unit] = index * stepOf(context, unit);
        const seconds = parts.h * 3600 + parts.m * 60 + parts.s;
        // In the form that the app gave it.
        const value = typeof context.get('value') === 'number' ? seconds : new Ext(3, String(seconds * 1e6));
        context.set({ value });
        context.emit('change', value);
    };
    const add = (unit: Unit) => {
        const made = { wheel: new Wheel(UNITS[unit].name, (index) => choose(unit, index)), unit: el('span', 'q-unit') };
        made.unit.textContent = UNITS[unit].short;
        made.unit.ariaHidden = 'true';
        wheels.set(unit, made);
        return made;
    };
    return {
        root,
        update() {
            const units = [...(oneOf(context.get('mode'), ['hm', 'hms', 'ms']) ?? 'hms')] as Unit[];
            const row = number(context.get('item_extent')) ?? 32;
            const parts = partsOf(secondsOf(context.get('value')));
            for (const [unit, { wheel, unit: label }] of wheels)
                if (!units.includes(unit)) {
                    wheel.dispose();
                    wheel.root.remove();
                    label.remove();
                    wheels.delete(unit);
                }
            for (const unit of units) {
                const { wheel, unit: label } = wheels.get(unit) ?? add(unit);
                const step = stepOf(context, unit);
                wheel.texts(range(0, UNITS[unit].most, step).map(String));
                if (root.children[2 * units.indexOf(unit)] !== wheel.root) root.append(wheel.root, label);
                wheel.show(Math.floor(parts[unit] / step), row, context.isDisabled);
            }
            root.ariaLabel = context.text('tooltip') || 'Duration';
            root.classList.toggle('t-disabled', context.isDisabled);
            const align = point(context.get('alignment'));
            context.rootStyle = {
                '--q-row': `${row}px`,
                '--q-back': color(context.get('bgcolor')),
                'justify-content': align && flexPlace(align.x),
            };
        },
        dispose() {
            for (const { wheel } of wheels.values()) wheel.dispose();
        },
    };
}

function stepOf(context: Context, unit: Unit): number {
    if (unit === 'h') return 1;
    return Math.max(number(context.get(unit === 'm' ? 'minute_interval' : 'second_interval')) ?? 1, 1);
}

// A bare number is seconds.
function secondsOf(value: Value | undefined): number {
    if (typeof value === 'number') return Math.max(Math.floor(value), 0);
    return Math.max(Math.floor((durationMs(value) ?? 0) / 1000), 0);
}

function partsOf(seconds: number): { [unit in Unit]: number } {
    return { h: Math.floor(seconds / 3600) % 24, m: Math.floor(seconds / 60) % 60, s: seconds % 60 };
}
