// BlockPicker and MultipleChoiceBlockPicker: colours out of some.

import type { Context, Widget } from '../dom/widget.ts';
import { written } from '../core/hues.ts';
import { color } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { moveAmong } from '../dom/roving.ts';
import { resolve, spoken, swatch } from './colorparts.ts';

const USUAL = (
    'red pink purple deeppurple indigo blue lightblue cyan teal green lightgreen lime yellow amber orange ' +
    'deeporange brown grey bluegrey black'
).split(' ');

export const blockPicker = (context: Context): Widget => blocks(context, false);
export const multipleChoiceBlockPicker = (context: Context): Widget => blocks(context, true);

function blocks(context: Context, isMultiple: boolean): Widget {
    const root = el('div', 't-hue');
    const list = el('div', 't-hue-swatches');
    let chosen = new Set<string>();
    let seen = '';
    let hexes: string[] = [];
    let names: string[] = [];
    root.append(list);
    list.setAttribute('role', isMultiple ? 'group' : 'radiogroup');
    list.addEventListener('keydown', onKey);

    // The arrow keys go from one to the next; of several, Space chooses.
    function onKey(event: KeyboardEvent): void {
        const all = [...list.children] as HTMLElement[];
        const to = moveAmong(all, event, 'both');
        if (to && !isMultiple) choose(all.indexOf(to));
    }

    function choose(index: number): void {
        const value = hexes[index];
        if (value === undefined || context.isDisabled) return;
        if (!isMultiple) {
            chosen = new Set([value]);
            context.set({ color: value });
            context.emit('color_change', value);
        } else {
            if (!chosen.delete(value)) chosen.add(value);
            const all = [...chosen];
            context.set({ colors: all });
            context.emit('colors_change', all);
        }
        seen = said();
        show(index);
    }

    const wanted = () => (isMultiple ? (context.get('colors') ?? []) : [context.get('color') ?? null]);
    const said = () => JSON.stringify([wanted(), available()]);
    const available = () => {
        const own = context.get('available_colors');
        return Array.isArray(own) && own.length ? own.filter((one) => typeof one === 'string') : USUAL;
    };

    // Names are what the page's palette says.
    async function take(): Promise<void> {
        const now = said();
        if (now === seen) return;
        seen = now;
        const all = available();
        const values = [...all, ...(wanted() as string[])];
        const found = await Promise.all(values.map((one) => resolve(root, one)));
        if (now !== seen) return;
        const texts = found.map((hue) => (hue ? written(hue) : ''));
        names = all.map(spoken);
        hexes = texts.slice(0, all.length);
        chosen = new Set(texts.slice(all.length).filter(Boolean));
        show(-1);
    }

    // What had the focus has it again.
    function show(wantsFocus: number): void {
        const had = [...list.children].indexOf(document.activeElement as Element);
        const focused = wantsFocus < 0 ? had : wantsFocus;
        const first = Math.max(
            hexes.findIndex((one) => chosen.has(one)),
            0,
        );
        const all = available();
        list.replaceChildren(
            ...hexes.map((hex, i) => {
                const role = isMultiple ? 'checkbox' : 'radio';
                const made = swatch(names[i]!, color(all[i]!), chosen.has(hex), context.isDisabled, role);
                made.tabIndex = i === (focused < 0 ? first : focused) ? 0 : -1;
                made.addEventListener('click', () => choose(i));
                return made;
            }),
        );
        if (focused >= 0) (list.children[focused] as HTMLElement | undefined)?.focus();
    }

    return {
        root,
        update() {
            list.ariaLabel = context.text('tooltip') || (isMultiple ? 'Colours' : 'Colour');
            root.classList.toggle('t-disabled', context.isDisabled);
            for (const one of list.children) (one as HTMLButtonElement).disabled = context.isDisabled;
            void take();
        },
    };
}
