import { withCode } from '../dom/code.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type Value } from '../core/tree.ts';
import { imageUrl } from '../core/links.ts';
import { text } from '../core/values.ts';
import { ViewStack } from '../dom/viewstack.ts';
import { el } from '../dom/elements.ts';

export function page(context: Context): Widget {
    const root = el('div', 't-page');
    const views = el('div', 't-views');
    const overlays = el('div', 't-overlays');
    root.append(views, overlays);
    const seen = new ViewStack();
    const icon = new TabIcon();
    let hasFonts = false;
    return {
        root,
        update() {
            const { surface } = context;
            const home = surface.ownsDocument ? document.documentElement : surface.root;
            home.dir = context.is('rtl') ? 'rtl' : 'ltr';
            home.lang = languageOf(context.get('locale_configuration'));
            if (surface.ownsDocument) {
                document.title = context.text('title') || 'Troupe';
                icon.show(context.child('window')?.props['icon']);
            }
            if (context.get('fonts') || hasFonts) {
                hasFonts = true;
                void withCode(
                    () => import('../dom/fonts.ts'),
                    ({ Fonts }) => surface.of(Fonts).use(context.get('fonts')),
                );
            }
            surface.theme.apply(context.control);
            const stack = context.children('views');
            seen.leave();
            context.place(views, stack);
            seen.show(
                stack,
                stack.map((view) => context.renderer.element(view)),
            );
            const others = ['_overlay', '_dialogs', '_services'].flatMap((name) => context.children(name));
            context.place(overlays, others);
        },
    };
}

// Screen readers, hyphenation and spelling go by this language.
function languageOf(configuration: Value | undefined): string {
    const locale = isMap(configuration) ? configuration['current_locale'] : undefined;
    if (!isMap(locale)) return 'en';
    return ['language_code', 'script_code', 'country_code']
        .map((name) => text(locale[name]))
        .filter(Boolean)
        .join('-');
}

// The window's icon is that of the browser's tab; without one the document's own is back.
class TabIcon {
    private readonly link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    private readonly own = this.link?.getAttribute('href');

    show(value: Value | undefined): void {
        const { link, own } = this;
        const href = imageUrl(value ?? null, document.baseURI) ?? own;
        if (!link || !href || link.getAttribute('href') === href) return;
        link.removeAttribute('type');
        link.href = href;
    }
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
            context.place(
                modals,
                all.filter((control) => !isSnack(control) && !isBanner(control)),
            );
        },
    };
}
