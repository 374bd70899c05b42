import type { Context, Widget } from '../dom/widget.ts';
import type { Value, ValueMap } from '../core/tree.ts';
import { durationMs, number, oneOf } from '../core/values.ts';
import { setAttribute } from '../dom/elements.ts';
import { Pager } from './pager.ts';

const DEFAULT_HEIGHT_PX = 200;

// One page at a time, swiped or turned with the arrow keys.
export function pageView(context: Context): Widget {
    const isAcross = () => context.is('horizontal', true);
    const pager = new Pager(context, {
        isAcross,
        part: () => number(context.get('viewport_fraction')) ?? 1,
        onTurn(index) {
            context.set({ selected_index: index });
            context.emit('change', index);
        },
        dress(page, index, count) {
            page.setAttribute('role', 'group');
            page.setAttribute('aria-label', `Page ${index + 1} of ${count}`);
        },
    });
    const { root } = pager;
    root.setAttribute('role', 'group');
    root.setAttribute('aria-roledescription', 'carousel');
    root.addEventListener('keydown', (event) => {
        const at = (isAcross() ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']).indexOf(event.key);
        if (event.target !== root || at < 0) return;
        event.preventDefault();
        const isBack = (at === 0) !== (isAcross() && getComputedStyle(root).direction === 'rtl');
        pager.go(pager.shown + (isBack ? -1 : 1), 'smooth');
    });
    return {
        root,
        update() {
            const controls = context.children();
            pager.place(context.is('reverse') ? [...controls].reverse() : controls);
            setAttribute(root, 'tabindex', controls.length > 1 ? '0' : undefined);
            setAttribute(root, 'aria-label', context.text('tooltip') || 'Pages');
            root.classList.toggle('t-pages-snap', context.is('snap', true));
            root.classList.toggle('t-pages-padded', context.is('pad_ends', true));
            const isSized = context.get('height') || context.get('expand');
            context.rootStyle = {
                ...(isSized ? {} : { height: `${DEFAULT_HEIGHT_PX}px` }),
                overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible',
            };
            pager.show(number(context.get('selected_index')) ?? 0);
        },
        invoke: (name, args) => turn(pager, name, args),
        dispose: () => pager.dispose(),
    };
}

function turn(pager: Pager, name: string, args: ValueMap): Value | undefined {
    const behavior = durationMs(args['duration'] ?? null) === 0 ? 'instant' : 'smooth';
    if (name === 'go_to_page') pager.go(number(args['index']) ?? 0, behavior);
    else if (name === 'jump_to_page') pager.go(number(args['index']) ?? 0, 'instant');
    else if (name === 'next_page') pager.go(pager.now() + 1, behavior);
    else if (name === 'previous_page') pager.go(pager.now() - 1, behavior);
    else if (name === 'jump_to') pager.jump(number(args['value']) ?? 0);
    else return undefined;
    return null;
}
