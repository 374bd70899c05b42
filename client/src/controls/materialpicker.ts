// MaterialPicker: a Material colour, and one of its shades.

import * as palette from 'material-colors/dist/colors.es2015.js';
import type { Context, Widget } from '../dom/widget.ts';
import { read, toRgb, written } from '../core/hues.ts';
import { el } from '../dom/elements.ts';
import { moveAmong } from '../dom/roving.ts';
import { setStyle } from '../dom/style.ts';
import { resolve, spoken, swatch } from './colorparts.ts';

type Shades = { readonly [shade: string]: string };

const PRIMARIES = (
    'red pink purple deepPurple indigo blue lightBlue cyan teal green lightGreen lime yellow amber orange ' +
    'deepOrange brown grey blueGrey'
).split(' ');
const LIGHT = 0.4; // of the light that a shade sends, whose words are then dark

export function materialPicker(context: Context): Widget {
    const root = el('div', 't-hue t-hue-wide');
    const primaries = el('div', 't-hue-swatches');
    const shades = el('div', 't-hue-shades');
    let primary = 'blue';
    let chosen = '';
    let seen: unknown;
    root.append(primaries, shades);
    for (const [list, name] of [
        [primaries, 'Colour'],
        [shades, 'Shade'],
    ] as const) {
        list.setAttribute('role', 'radiogroup');
        list.ariaLabel = name;
        list.addEventListener('keydown', (event) => onKey(event, list));
    }

    function onKey(event: KeyboardEvent, list: HTMLElement): void {
        const all = [...list.children] as HTMLElement[];
        const to = moveAmong(all, event, 'both');
        if (!to) return;
        // It is drawn anew as it is chosen.
        to.click();
        (list.children[all.indexOf(to)] as HTMLElement).focus();
    }

    const shadesOf = (name: string): Shades => (palette as unknown as { [name: string]: Shades })[name] ?? {};

    async function take(): Promise<void> {
        const value = context.get('color');
        if (value === seen) return;
        seen = value;
        const hue = await resolve(root, value);
        if (!hue || value !== context.get('color')) return;
        chosen = written(hue);
        primary =
            PRIMARIES.find((name) => Object.values(shadesOf(name)).some((one) => full(one) === chosen)) ?? primary;
        show();
    }

    function pick(value: string): void {
        if (context.isDisabled) return;
        chosen = full(value);
        seen = chosen;
        context.set({ color: chosen });
        context.emit('color_change', chosen);
        show();
    }

    function show(): void {
        const at = document.activeElement;
        const had = [primaries, shades].find((list) => list.contains(at));
        const isOff = context.isDisabled;
        primaries.replaceChildren(
            ...PRIMARIES.map((name) => {
                const own = name === primary;
                const made = swatch(spoken(name), shadesOf(name)['500'], own, isOff, 'radio');
                made.classList.add('t-hue-small');
                made.tabIndex = own ? 0 : -1;
                made.addEventListener('click', () => {
                    primary = name;
                    context.emit('primary_change', full(shadesOf(name)['500']!));
                    pick(shadesOf(name)['500']!);
                });
                return made;
            }),
        );
        const all = Object.entries(shadesOf(primary));
        const first = Math.max(
            all.findIndex(([, value]) => full(value) === chosen),
            0,
        );
        shades.replaceChildren(
            ...all.map(([shade, value], i) => {
                const name = `${spoken(primary)} ${shade.toUpperCase()}`;
                const made = swatch(name, value, full(value) === chosen, isOff, 'radio');
                made.tabIndex = i === first ? 0 : -1;
                setStyle(made, { '--t-swatch': value, '--t-swatch-ink': isLight(value) ? '#000' : '#fff' });
                const words = el('span');
                words.textContent = context.is('enable_label') ? `${shade.toUpperCase()}  ${value.toUpperCase()}` : '';
                made.prepend(words);
                made.addEventListener('click', () => pick(value));
                return made;
            }),
        );
        had?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }

    return {
        root,
        update() {
            root.classList.toggle('t-disabled', context.isDisabled);
            root.classList.toggle('t-hue-wide', !context.is('portrait_only'));
            context.rootStyle = {};
            show();
            void take();
        },
    };
}

const full = (hex: string): string => {
    const hue = read(hex);
    return hue ? written(hue) : hex;
};

// By what eyes make of red, green and blue.
function isLight(hex: string): boolean {
    const hue = read(hex);
    if (!hue) return true;
    const [r, g, b] = toRgb(hue.model, hue.parts);
    const linear = (one: number) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > LIGHT * LIGHT;
}
