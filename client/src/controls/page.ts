import type { Context, Widget } from '../widget.ts';
import { applyTheme } from '../theme.ts';
import { ViewStack } from '../viewstack.ts';
import { el } from './dom.ts';

export function page(context: Context): Widget {
    const root = el('div', 't-page');
    const views = el('div', 't-views');
    const overlays = el('div', 't-overlays');
    root.append(views, overlays);
    const seen = new ViewStack();
    return {
        root,
        update() {
            document.title = context.text('title') || 'Troupe';
            document.documentElement.dir = context.is('rtl') ? 'rtl' : 'ltr';
            applyTheme(context.control);
            const stack = context.children('views');
            seen.leave();
            context.place(views, stack);
            seen.show(stack, stack.map((view) => context.renderer.element(view)));
            context.place(overlays, [
                ...context.children('_overlay'),
                ...context.children('_dialogs'),
            ]);
        },
    };
}

export function overlay(context: Context): Widget {
    const root = el('div', 't-overlay');
    return { root, update: () => context.place(root, context.children()) };
}

export function hidden(): Widget {
    const root = el('div');
    root.hidden = true;
    return { root, update: () => undefined };
}

// Live regions have to exist before their content for screen readers to announce it.
export function dialogs(context: Context): Widget {
    const root = el('div', 't-dialogs');
    const banners = el('div', 't-banners');
    const snacks = el('div', 't-snacks');
    const modals = el('div');
    snacks.setAttribute('role', 'status');
    snacks.setAttribute('aria-live', 'polite');
    root.append(banners, snacks, modals);
    return {
        root,
        update() {
            const all = context.children();
            const isSnack = ({ type }: { type: string }) => type === 'SnackBar';
            const isBanner = ({ type }: { type: string }) => type === 'Banner';
            context.place(snacks, all.filter(isSnack));
            context.place(banners, all.filter(isBanner));
            context.place(modals, all.filter((control) => !isSnack(control) && !isBanner(control)));
        },
    };
}
