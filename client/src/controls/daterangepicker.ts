import type { Context, Widget } from '../dom/widget.ts';
import { clampDay, dateOf, dayOf, readDay, writeDay } from '../core/calendar.ts';
import { el } from '../dom/elements.ts';
import { Calendar, format } from './calendar.ts';
import { DateField } from './datefield.ts';
import { today } from './datepicker.ts';
import { Picker } from './picker.ts';

export function dateRangePicker(context: Context): Widget {
    let start: number | undefined;
    let end: number | undefined;
    const limits = {
        first: () => readDay(context.get('first_date')) ?? dayOf(1900, 0, 1),
        last: () => readDay(context.get('last_date')) ?? dayOf(2100, 11, 31),
        today: () => readDay(context.get('current_date')) ?? today(),
    };
    const isWhole = () => start !== undefined && end !== undefined && start <= end;
    const picker = new Picker(context, {
        mode: 'calendar',
        help: 'Select range',
        confirm: 'Save',
        chosen: () => (isWhole() ? { start_value: writeDay(start!), end_value: writeDay(end!) } : undefined),
        onOpen() {
            start = readDay(context.get('start_value'));
            end = readDay(context.get('end_value'));
            show();
        },
        onMode: () => show(),
        focus: () => (picker.isInput ? from.focus() : calendar.focus()),
    });
    picker.root.classList.add('t-picker-range');
    const calendar = new Calendar({
        ...limits,
        language: () => picker.language,
        isChosen: (day) => day === start || day === end,
        isBetween: (day) => isWhole() && day > start! && day < end!,
        onPick(day) {
            // The second day ends the range; one before the first begins a new one.
            if (start === undefined || end !== undefined || day < start) [start, end] = [day, undefined];
            else end = day;
            showTitle();
            calendar.draw();
            calendar.focus();
        },
    });
    const from = new DateField(context, 'field_start', 'Start date', limits, (day) => typed(day, end));
    const to = new DateField(context, 'field_end', 'End date', limits, (day) => typed(start, day));

    function typed(first: number | undefined, last: number | undefined): void {
        [start, end] = [first, last];
        const isWrong = start !== undefined && end !== undefined && start > end;
        to.say(isWrong ? context.text('error_invalid_range_text') || 'Invalid range.' : '');
        showTitle();
    }

    function showTitle(): void {
        const words = (day: number | undefined, otherwise: string) =>
            day === undefined
                ? otherwise
                : format(picker.language, { month: 'short', day: 'numeric', year: 'numeric' }).format(dateOf(day));
        picker.title.textContent = isWhole()
            ? format(picker.language, { month: 'short', day: 'numeric', year: 'numeric' }).formatRange(
                  dateOf(start!),
                  dateOf(end!),
              )
            : `${words(start, 'Start date')} – ${words(end, 'End date')}`;
        picker.allow(isWhole());
    }

    function show(): void {
        showTitle();
        if (picker.isInput) {
            const row = el('div', 't-picker-fields');
            row.append(from.label, to.label);
            picker.body.replaceChildren(row);
            from.show(start);
            to.show(end);
        } else {
            picker.body.replaceChildren(calendar.root);
            calendar.show(clampDay(start ?? limits.today(), limits.first(), limits.last()));
        }
    }

    return {
        root: picker.root,
        update: () => void (context.rootStyle = picker.update()),
        dispose: () => picker.modal.dispose(),
    };
}
