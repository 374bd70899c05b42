import type { Context, Widget } from '../dom/widget.ts';
import { matching, type Suggestion } from '../core/suggest.ts';
import { isMap } from '../core/tree.ts';
import { number, text } from '../core/values.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';
import { Popup } from '../dom/popup.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Typed } from '../dom/typed.ts';
import css from './suggestions.css?text';

// A field with a list of what may be meant.
export function autoComplete(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-complete t-fill');
    const input = el('input');
    const popup = new Popup(input, 't-suggestions', () => show([]));
    const { panel } = popup;
    panel.id = newName('suggestions');
    panel.setAttribute('role', 'listbox');
    panel.ariaLabel = 'Suggestions';
    input.type = 'text';
    input.autocomplete = 'off';
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', panel.id);
    input.ariaExpanded = 'false';
    root.append(input, panel);
    let found: number[] = [];
    let at = -1;

    function suggestions(): Suggestion[] {
        const all = context.get('suggestions');
        return (Array.isArray(all) ? all : [])
            .filter(isMap)
            .map((one) => ({ key: text(one['key']), value: text(one['value']) }));
    }

    function show(places: number[]): void {
        found = places;
        at = found.length ? 0 : -1;
        const all = suggestions();
        panel.replaceChildren(
            ...found.map((place) => {
                const option = el('div', 't-suggestion');
                option.id = `${panel.id}-${place}`;
                option.setAttribute('role', 'option');
                option.textContent = all[place]!.value;
                // The field keeps the focus.
                option.addEventListener('pointerdown', (event) => event.preventDefault());
                option.addEventListener('click', () => choose(place));
                return option;
            }),
        );
        mark();
        if (!found.length) popup.close('done');
        else popup.open('below');
        setStyle(panel, {
            '--t-suggestions-height': `${number(context.get('suggestions_max_height')) ?? 200}px`,
            'min-width': `${input.offsetWidth}px`,
        });
    }

    function mark(): void {
        [...panel.children].forEach((option, index) => {
            (option as HTMLElement).ariaSelected = String(index === at);
            if (index === at) option.scrollIntoView({ block: 'nearest' });
        });
        input.ariaExpanded = String(found.length > 0);
        setAttribute(input, 'aria-activedescendant', at < 0 ? undefined : panel.children[at]?.id);
    }

    function choose(index: number): void {
        const selection = suggestions()[index];
        if (!selection) return;
        show([]);
        input.value = selection.value;
        context.set({ value: selection.value });
        context.emit('change', selection.value);
        context.set({ _selected_index: index });
        context.emit('select', { index, selection });
    }

    const typed = new Typed(context, input);
    input.addEventListener('input', () => show(matching(suggestions(), input.value)));
    input.addEventListener('keydown', (event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step) {
            event.preventDefault();
            if (!found.length) return show(matching(suggestions(), input.value));
            at = (at + step + found.length) % found.length;
            mark();
        } else if (event.key === 'Enter' && at >= 0) {
            event.preventDefault();
            choose(found[at]!);
        }
    });
    input.addEventListener('blur', () => popup.close('outside'));

    return {
        root,
        update() {
            typed.show();
            input.disabled = context.isDisabled;
            setAttribute(input, 'aria-label', context.text('tooltip') || 'Search');
        },
        dispose: () => popup.close('outside'),
    };
}
