import type { Context, Widget } from '../dom/widget.ts';
import { box, crossAxis, isOn, mainAxis, number } from '../core/values.ts';
import { withCode } from '../dom/code.ts';
import { el } from '../dom/elements.ts';
import { Scrolling, scrollStyle } from './scroll.ts';
import type { Parts } from './parts.ts';
import type { Control } from '../core/tree.ts';

// Above this many children they lie in parts.
const LONG = 100;

export function row(context: Context): Widget {
    return flex(context, 't-row', 'vertical_alignment', 'center');
}

export function column(context: Context): Widget {
    return flex(context, 't-col', 'horizontal_alignment', 'flex-start');
}

function flex(context: Context, className: string, across: string, otherwise: string): Widget {
    const root = el('div', className);
    const isRow = className === 't-row';
    const scrolling = new Scrolling(context, root, () => isRow);
    const place = placer(context, root);
    return {
        root,
        update() {
            const isWrapping = context.is('wrap');
            place(context.children(), !isRow && !isWrapping && isOn(context.get('scroll')));
            root.classList.toggle('t-tight', context.is('tight'));
            root.classList.toggle('t-wraps', isWrapping);
            root.classList.toggle('t-row-scrolls', isRow && isOn(context.get('scroll')));
            const spacing = number(context.get('spacing')) ?? 10;
            const runs = number(context.get('run_spacing')) ?? 10;
            const [rowGap, columnGap] = isRow ? [runs, spacing] : [spacing, runs];
            const cross = crossAxis(context.get(across));
            context.rootStyle = {
                gap: `${isWrapping || !isRow ? rowGap : 0}px ${isWrapping || isRow ? columnGap : 0}px`,
                'flex-wrap': isWrapping ? 'wrap' : undefined,
                'justify-content': safe(mainAxis(context.get('alignment')), isOn(context.get('scroll'))),
                'align-items': cross ?? otherwise,
                // As wide, or as high, as what it holds needs.
                ...(context.is(isRow ? 'intrinsic_height' : 'intrinsic_width') && {
                    [isRow ? 'height' : 'width']: 'max-content',
                }),
                'align-content': isWrapping ? (mainAxis(context.get('run_alignment')) ?? 'flex-start') : undefined,
                ...scrollStyle(context.get('scroll'), isRow ? 'x' : 'y'),
            };
            scrolling.update();
        },
        invoke: (name, args) => scrolling.invoke(name, args),
    };
}

export function listView(context: Context): Widget {
    return number(context.get('row_count')) === undefined ? plainList(context) : builtOnDemand(context);
}

// Puts the children there; those of a long list in parts, once the code of parts is here, and that of the children: each
// that waited for its code by itself would be drawn and laid out twice.
function placer(context: Context, root: HTMLElement): (controls: Control[], mayBeLong: boolean) => void {
    let parts: Pick<Parts, 'place'> | 'coming' | undefined;
    return (controls, mayBeLong) => {
        if (!parts && !(mayBeLong && controls.length > LONG)) return context.place(root, controls);
        if (parts === 'coming') return;
        if (parts) return parts.place(controls);
        parts = 'coming';
        context.renderer.await(
            Promise.all([
                withCode(
                    () => import('./parts.ts'),
                    ({ Parts }) => (parts = new Parts(context, root)),
                ),
                context.renderer.codeOf(controls),
            ]).then(() => {
                if (parts === 'coming') parts = { place: (all) => context.place(root, all) };
                context.renderer.redraw([context.control]);
            }),
        );
    };
}

// Few pages have one, so its code comes when it is needed.
function builtOnDemand(context: Context): Widget {
    const root = el('div', 't-list t-rows');
    let list: Widget | undefined;
    root.ariaBusy = 'true';
    void withCode(
        () => import('./rowlist.ts'),
        ({ rowList }) => {
            list = rowList(context, root);
            context.renderer.redraw([context.control]);
        },
    );
    return {
        root,
        update: () => list?.update(),
        invoke: (name, args) => list?.invoke?.(name, args),
        dispose: () => list?.dispose?.(),
    };
}

function plainList(context: Context): Widget {
    const root = el('div', 't-col t-list');
    let isNew = true;
    const isHorizontal = () => context.is('horizontal');
    const scrolling = new Scrolling(context, root, isHorizontal);
    const place = placer(context, root);
    return {
        root,
        update() {
            const controls = context.children();
            const isReverse = context.is('reverse');
            place(isReverse ? [...controls].reverse() : controls, !isReverse && !isHorizontal());
            root.classList.toggle('t-list-divided', Boolean(number(context.get('divider_thickness'))));
            root.classList.toggle('t-list-across', isHorizontal());
            const extent = number(context.get('item_extent'));
            root.classList.toggle('t-list-even', extent !== undefined);
            context.rootStyle = {
                gap: `${number(context.get('spacing')) ?? 0}px`,
                padding: box(context.get('padding')),
                'flex-direction': isHorizontal() ? 'row' : undefined,
                '--t-extent': extent === undefined ? undefined : `${extent}px`,
                [isHorizontal() ? 'overflow-x' : 'overflow-y']:
                    context.text('clip_behavior') === 'none' ? 'visible' : 'auto',
            };
            scrolling.update();
            // Reversed, it begins at its end.
            if (isNew && context.is('reverse'))
                requestAnimationFrame(() => root.scrollTo(root.scrollWidth, root.scrollHeight));
            isNew = false;
        },
        invoke: (name, args) => scrolling.invoke(name, args),
    };
}

// Content that is too large for its place must not lose its beginning, where no scrolling reaches.
export function safe(value: string | undefined, scrolls: boolean): string | undefined {
    return scrolls && (value === 'center' || value === 'flex-end') ? `safe ${value}` : value;
}
