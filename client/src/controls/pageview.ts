import type { Context, Widget } from '../dom/widget.ts';
import type { Value, ValueMap } from '../core/tree.ts';
import { durationMs, number, oneOf } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './pageview.css?text';

const SETTLE_MS = 120;

// One page at a time, swiped or turned with the arrow keys.
export function pageView(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-pages t-fill');
    const pages: HTMLElement[] = [];
    let timer = 0;
    let shown = -1;
    let width = 0;

    const isAcross = () => context.is('horizontal', true);
    const placeOf = (index: number): ScrollToOptions => {
        const page = pages[index];
        if (!page) return {};
        const center = isAcross()
            ? page.offsetLeft - (root.clientWidth - page.offsetWidth) / 2
            : page.offsetTop - (root.clientHeight - page.offsetHeight) / 2;
        return isAcross() ? { left: center } : { top: center };
    };
    const indexNow = () => {
        const area = root.getBoundingClientRect();
        const middle = isAcross() ? area.left + area.width / 2 : area.top + area.height / 2;
        const distances = pages.map((page) => {
            const own = page.getBoundingClientRect();
            return Math.abs((isAcross() ? own.left + own.width / 2 : own.top + own.height / 2) - middle);
        });
        return distances.indexOf(Math.min(...distances));
    };

    function go(index: number, behavior: ScrollBehavior): void {
        const at = Math.max(0, Math.min(index, pages.length - 1));
        root.scrollTo({ ...placeOf(at), behavior });
    }

    function settle(): void {
        const index = indexNow();
        if (index < 0 || index === shown) return;
        shown = index;
        nameCurrent();
        context.set({ selected_index: index });
        context.emit('change', index);
    }

    // A page out of sight is no stop for the keyboard.
    function nameCurrent(): void {
        const part = number(context.get('viewport_fraction')) ?? 1;
        pages.forEach((page, at) => {
            page.inert = part >= 1 && at !== shown;
        });
    }

    root.addEventListener(
        'scroll',
        () => {
            clearTimeout(timer);
            timer = window.setTimeout(settle, SETTLE_MS);
        },
        { passive: true },
    );
    root.addEventListener('keydown', (event) => {
        if (event.target !== root) return;
        const keys = isAcross() ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
        const at = keys.indexOf(event.key);
        if (at < 0) return;
        event.preventDefault();
        const isBack = (at === 0) !== (isAcross() && getComputedStyle(root).direction === 'rtl');
        go(shown + (isBack ? -1 : 1), 'smooth');
    });
    const sizes = new ResizeObserver(() => {
        if (root.clientWidth === width) return;
        width = root.clientWidth;
        go(shown, 'instant');
    });
    sizes.observe(root);

    function placePages(): void {
        const controls = context.children();
        const ordered = context.is('reverse') ? [...controls].reverse() : controls;
        while (pages.length < ordered.length) {
            const page = el('div', 't-pages-page');
            page.setAttribute('role', 'group');
            pages.push(page);
            root.append(page);
        }
        for (const page of pages.splice(ordered.length)) {
            context.place(page, []);
            page.remove();
        }
        pages.forEach((page, at) => {
            context.place(page, [ordered[at]!]);
            page.setAttribute('aria-label', `Page ${at + 1} of ${pages.length}`);
        });
    }

    return {
        root,
        update() {
            placePages();
            setAttribute(root, 'role', 'group');
            setAttribute(root, 'aria-roledescription', 'carousel');
            setAttribute(root, 'tabindex', pages.length > 1 ? '0' : undefined);
            root.classList.toggle('t-pages-down', !isAcross());
            root.classList.toggle('t-pages-snap', context.is('snap', true));
            root.classList.toggle('t-pages-padded', context.is('pad_ends', true));
            const part = number(context.get('viewport_fraction')) ?? 1;
            context.rootStyle = {
                '--t-page-part': `${part * 100}%`,
                overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible',
                height: context.get('height') || context.get('expand') ? undefined : '200px',
            };
            if (context.rootStyle['height'] === undefined) delete context.rootStyle['height'];
            const wanted = number(context.get('selected_index')) ?? 0;
            if (wanted === shown) return nameCurrent();
            const isFirst = shown < 0;
            shown = wanted;
            nameCurrent();
            requestAnimationFrame(() => go(wanted, isFirst ? 'instant' : 'smooth'));
        },
        invoke: (name, args) => turn(name, args, { go, now: indexNow, root, isAcross }),
        dispose() {
            clearTimeout(timer);
            sizes.disconnect();
        },
    };
}

type Turning = {
    go(index: number, behavior: ScrollBehavior): void;
    now(): number;
    root: HTMLElement;
    isAcross(): boolean;
};

function turn(name: string, args: ValueMap, { go, now, root, isAcross }: Turning): Value | undefined {
    const behavior = durationMs(args['duration'] ?? null) === 0 ? 'instant' : 'smooth';
    if (name === 'go_to_page') go(number(args['index']) ?? 0, behavior);
    else if (name === 'jump_to_page') go(number(args['index']) ?? 0, 'instant');
    else if (name === 'next_page') go(now() + 1, behavior);
    else if (name === 'previous_page') go(now() - 1, behavior);
    else if (name === 'jump_to') {
        const at = number(args['value']) ?? 0;
        root.scrollTo({ ...(isAcross() ? { left: at } : { top: at }), behavior: 'instant' });
    } else return undefined;
    return null;
}
