import type { Context, Widget } from '../dom/widget.ts';
import { animation, durationMs, oneOf } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './animatedswitcher.css?text';

const HIDDEN: { [name: string]: Keyframe } = {
    fade: { opacity: 0 },
    scale: { scale: 0 },
    rotation: { rotate: '-1turn' },
};
const SHOWN: { [name: string]: Keyframe } = {
    fade: { opacity: 1 },
    scale: { scale: 1 },
    rotation: { rotate: '0turn' },
};

// Its content gives way to the next one little by little.
export function animatedSwitcher(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-switcher');
    let shown: number | undefined;

    const timing = (time: string, curve: string): KeyframeAnimationOptions => {
        const css = animation({ duration: 0, curve: context.get(curve) ?? null }) ?? '';
        return { duration: durationMs(context.get(time)) ?? 1000, easing: css.replace(/^\S+ /, '') || 'linear' };
    };
    const kind = () => oneOf(context.get('transition'), ['scale', 'rotation'] as const) ?? 'fade';

    // What goes is a picture of itself, as its control is no longer there.
    function leave(old: HTMLElement): void {
        const ghost = old.cloneNode(true) as HTMLElement;
        for (const one of [ghost, ...ghost.querySelectorAll<HTMLElement>('[data-id]')]) delete one.dataset['id'];
        ghost.inert = true;
        ghost.ariaHidden = 'true';
        root.append(ghost);
        const run = ghost.animate([SHOWN[kind()]!, HIDDEN[kind()]!], {
            ...timing('reverse_duration', 'switch_out_curve'),
            fill: 'forwards',
        });
        void run.finished.catch(() => undefined).then(() => ghost.remove());
    }

    return {
        root,
        update() {
            const content = context.children('content');
            const next = content[0]?.id;
            const isOther = shown !== undefined && next !== shown;
            const old = root.querySelector<HTMLElement>(':scope > [data-id]');
            const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
            if (isOther && old && !isCalm) leave(old);
            context.place(root, content);
            shown = next;
            const now = content[0] && context.renderer.element(content[0]);
            if (isOther && now && !isCalm)
                now.animate([HIDDEN[kind()]!, SHOWN[kind()]!], timing('duration', 'switch_in_curve'));
        },
    };
}
