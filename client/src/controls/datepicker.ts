import type { Context, Widget } from '../dom/widget.ts';
import { clampDay, dateOf, dayOf, readDay, writeDay } from '../core/calendar.ts';
import { oneOf } from '../core/values.ts';
import { Calendar, format } from './calendar.ts';
import { DateField } from './datefield.ts';
import { Picker } from './picker.ts';

export function today(): number {
    const now = new Date();
    return dayOf(now.getFullYear(), now.getMonth(), now.getDate());
}

export function datePicker(context: Context): Widget {
    let chosen: number | undefined;
    const limits = {
        first: () => readDay(context.get('first_date')) ?? dayOf(1900, 0, 1),
        last: () => readDay(context.get('last_date')) ?? dayOf(2100, 11, 31),
        today: () => readDay(context.get('current_date')) ?? today(),
    };
    const picker = new Picker(context, {
        mode: 'calendar',
        help: 'Select date',
        confirm: 'OK',
        chosen: () => (chosen === undefined ? undefined : { value: writeDay(chosen) }),
        onOpen() {
            chosen = readDay(context.get('value'));
            show();
        },
        onMode: () => show(),
        focus: () => (picker.isInput ? field.focus() : calendar.focus()),
    });
    const calendar = new Calendar({
        ...limits,
        language: () => picker.language,
        isChosen: (day) => day === chosen,
        onPick(day) {
            choose(day);
            calendar.draw();
            calendar.focus();
        },
    });
    const field = new DateField(context, 'field', 'Enter date', limits, choose);

    function choose(day: number | undefined): void {
        chosen = day;
        showTitle();
    }

    function showTitle(): void {
        const options = { weekday: 'short', month: 'short', day: 'numeric' } as const;
        picker.title.textContent =
            chosen === undefined ? 'Selected date' : format(picker.language, options).format(dateOf(chosen));
        picker.allow(chosen !== undefined);
    }

    function show(): void {
        const at = clampDay(chosen ?? limits.today(), limits.first(), limits.last());
        showTitle();
        if (picker.isInput) {
            picker.body.replaceChildren(field.row());
            field.show(chosen);
        } else {
            picker.body.replaceChildren(calendar.root);
            calendar.show(at, oneOf(context.get('date_picker_mode'), ['year']) !== undefined);
        }
    }

    return {
        root: picker.root,
        update: () => void (context.rootStyle = picker.update()),
        dispose: () => picker.modal.dispose(),
    };
}
