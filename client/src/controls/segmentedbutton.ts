// SegmentedButton and its segments.

import type { Context, Widget } from '../dom/widget.ts';
import { buttonLook } from '../core/looks.ts';
import { listOf, type Control } from '../core/tree.ts';
import { box, oneOf, text } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { glyph, IconPart } from '../dom/icons.ts';
import { moveAmong } from '../dom/roving.ts';
import { adopt } from '../dom/sheet.ts';
import { styleOf } from './button.ts';
import css from './segmentedbutton.css?text';

export function segmentedButton(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-segments');
    root.addEventListener('keydown', (event) => {
        const buttons = [...root.querySelectorAll<HTMLElement>(':scope > .t-segment:not(:disabled)')];
        const to = moveAmong(buttons, event, oneOf(context.get('direction'), ['vertical']) ? 'y' : 'x');
        // One of several that exclude each other is chosen as one gets there.
        if (to && !context.is('allow_multiple_selection')) to.click();
    });
    return {
        root,
        update() {
            context.place(root, context.children('segments'));
            const isMultiple = context.is('allow_multiple_selection');
            setAttribute(root, 'role', isMultiple ? 'group' : 'radiogroup');
            setAttribute(root, 'aria-label', context.text('tooltip') || undefined);
            setAttribute(root, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            root.classList.toggle('t-segments-down', Boolean(oneOf(context.get('direction'), ['vertical'])));
            context.rootStyle = { padding: box(context.get('padding')) };
            // The segments say themselves which of them are chosen.
            context.renderer.redraw(context.children('segments'));
        },
    };
}

export function segment(context: Context): Widget {
    const root = el('button', 't-segment t-state');
    const icon = el('span', 't-segment-icon');
    const check = el('span', 't-segment-icon');
    const label = el('span', 't-segment-label');
    root.type = 'button';
    root.append(check, icon, label);
    const iconPart = new IconPart(icon);
    const checkPart = new IconPart(check);
    const ownCheck = glyph(__ICON_CHECK__);
    root.addEventListener('click', () => {
        const group = groupOf(context.control);
        if (group) choose(context, group);
    });

    function showCheck(group: Context['control'] | undefined, isChosen: boolean): void {
        const isShown = isChosen && group?.props['show_selected_icon'] !== false;
        const wanted = isShown ? group?.props['selected_icon'] : undefined;
        const own = checkPart.show(wanted);
        // A control can be in one place only: in the first segment that is chosen.
        const isHost = own.length > 0 && group && chosenOf(group)[0] === context.text('value');
        checkPart.place(context, isHost ? own : []);
        if (isShown && (wanted === undefined || wanted === null)) check.append(ownCheck);
        else ownCheck.remove();
        check.hidden = !check.childElementCount;
    }

    return {
        root,
        update() {
            const group = groupOf(context.control);
            const isChosen = group !== undefined && chosenOf(group).includes(context.text('value'));
            const isMultiple = group?.props['allow_multiple_selection'] === true;
            iconPart.place(context, iconPart.show(context.get('icon')));
            const isLabelled = context.placeContent(label, 'label');
            label.hidden = !isLabelled;
            showCheck(group, isChosen);
            // The check takes the place of the icon.
            icon.hidden = !icon.childElementCount || (!check.hidden && isLabelled);
            root.disabled = context.isDisabled;
            setAttribute(root, 'role', isMultiple ? undefined : 'radio');
            setAttribute(root, 'aria-checked', isMultiple ? undefined : String(isChosen));
            setAttribute(root, 'aria-pressed', isMultiple ? String(isChosen) : undefined);
            setAttribute(root, 'aria-label', isLabelled ? undefined : context.text('tooltip') || context.text('value'));
            setAttribute(root, 'tabindex', isMultiple || isStop(context, group) ? '0' : '-1');
            const states = context.isDisabled ? ['disabled'] : isChosen ? ['selected'] : [];
            const style = group ? styleOf({ get: (name: string) => group.props[name] } as Context) : {};
            context.rootStyle = buttonLook(style, states);
        },
    };
}

function groupOf(control: Control): Control | undefined {
    return control.parent?.type === 'SegmentedButton' ? control.parent : undefined;
}

function chosenOf(group: Control): string[] {
    const value = group.props['selected'];
    return Array.isArray(value) ? value.map(text) : [];
}

// The keyboard's one stop of a group: the chosen one, or the first.
function isStop(context: Context, group: Control | undefined): boolean {
    if (!group) return true;
    const chosen = chosenOf(group);
    const usable = listOf(group.props['segments']).filter((one) => one.props['disabled'] !== true);
    const stop = usable.find((one) => chosen.includes(text(one.props['value']))) ?? usable[0];
    return stop === context.control;
}

function choose(context: Context, group: Control): void {
    const { outlet } = context.renderer;
    const value = context.text('value');
    const chosen = chosenOf(group);
    const isMultiple = group.props['allow_multiple_selection'] === true;
    const isChosen = chosen.includes(value);
    const rest = chosen.filter((one) => one !== value);
    if (isChosen && (!isMultiple || rest.length === 0) && group.props['allow_empty_selection'] !== true) return;
    const selected = isChosen ? rest : isMultiple ? [...chosen, value] : [value];
    outlet.set(group, { selected });
    outlet.emit(group, 'change', selected);
}
