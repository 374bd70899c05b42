// Colours, brightness and fonts of the page, and of what has a theme of its own in it.

import { withCode } from './code.ts';
import { type Control, isMap, type Value, type ValueMap } from '../core/tree.ts';
import { animation, color, fontFamily, given, text, textStyle, type Css } from '../core/values.ts';
import { loadPalette } from './palette.ts';

type Brightness = 'light' | 'dark';
type In = Value | undefined;

// A container with a theme of its own.
export type Scope = { control: Control; redraw(): void };

const SCHEMES_KEPT = 64;

// Shared: a number for each app that is embedded, so that its rules name it alone.
let lastNumber = 0;

export function systemBrightness(): Brightness {
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export class Theme {
    private readonly sheet = new CSSStyleSheet();
    private readonly schemes = new Map<string, Css | Promise<Css>>();
    private readonly scopes = new Set<Scope>();
    private readonly target: HTMLElement; // bears the app's colours
    private readonly selector: string;
    private page: Control | undefined;
    private shown = '';

    constructor(root: HTMLElement, ownsDocument: boolean) {
        this.target = ownsDocument ? document.documentElement : root;
        this.selector = ownsDocument ? ':root' : `[data-app='${++lastNumber}']`;
        if (!ownsDocument) {
            root.dataset['app'] = String(lastNumber);
            root.classList.add('t-scope');
        }
        document.adoptedStyleSheets.push(this.sheet);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
            if (this.page) this.apply(this.page);
        });
    }

    // The theme of the page.
    apply(control: Control): void {
        this.page = control;
        const how = animation(control.props['theme_animation_style']);
        if (how && isMap(control.props['theme_animation_style']))
            void withCode(
                () => import('./themefade.ts'),
                ({ fadeTheme }) => fadeTheme(this.target, how),
            );
        this.target.dataset['theme'] = brightnessOf(control);
        this.showPage();
    }

    private readonly showPage = (): void => {
        if (!this.page) return;
        const isDark = brightnessOf(this.page) === 'dark';
        const theme = themeFor(this.page.props, isDark);
        const css = Object.entries(this.variables(theme, isDark, this.showPage))
            .map(([name, value]) => `${name}: ${value};`)
            .join('');
        if (css.includes('var(--c-')) void loadPalette();
        const rules = `${this.selector}[data-theme] { ${css} } ${textRules(theme, this.selector)}`;
        const name = `${isDark} ${rules}`;
        if (name === this.shown) return;
        this.shown = name;
        this.sheet.replaceSync(rules);
        for (const scope of this.scopes) scope.redraw();
    };

    // The variables of a container that has a theme of its own; it is told when they change.
    scopeStyle(scope: Scope, root: HTMLElement): Css {
        const { props } = scope.control;
        const mode = modeOf(props['theme_mode']);
        const isScope = mode !== undefined || isMap(props['theme']) || isMap(props['dark_theme']);
        root.classList.toggle('t-scope', isScope);
        if (mode) root.dataset['theme'] = mode;
        else delete root.dataset['theme'];
        if (!isScope) {
            this.scopes.delete(scope);
            return {};
        }
        this.scopes.add(scope);
        const isDark = brightnessOf(scope.control) === 'dark';
        // With a brightness of its own it starts from the page's theme for that, else from what is around.
        const below = mode && this.page ? this.variables(themeFor(this.page.props, isDark), isDark, scope.redraw) : {};
        return { ...below, ...this.variables(themeFor(props, isDark), isDark, scope.redraw) };
    }

    endScope(scope: Scope): void {
        this.scopes.delete(scope);
    }

    // A scheme from a seed takes a moment when its code has to be fetched: `onReady` is called then.
    private variables(theme: ValueMap, isDark: boolean, onReady: () => void): Css {
        const seed = color(theme['color_scheme_seed']);
        const css: Css = {
            ...(seed && this.schemeOf(seed, isDark, onReady)),
            '--t-font': fontFamily(theme['font_family']),
            '--t-page': color(theme['scaffold_bgcolor']),
            '--t-divider': color(part(theme, 'divider_theme', 'color') ?? theme['divider_color']),
            '--t-card': color(part(theme, 'card_theme', 'color') ?? theme['card_bgcolor']),
            '--t-appbar': color(part(theme, 'appbar_theme', 'bgcolor')),
            '--t-appbar-ink': color(part(theme, 'appbar_theme', 'color')),
        };
        const roles = isMap(theme['color_scheme']) ? theme['color_scheme'] : {};
        for (const [role, value] of Object.entries(roles)) css[`--md-sys-color-${cssRole(role)}`] = color(value);
        return given(css);
    }

    private schemeOf(seed: string, isDark: boolean, onReady: () => void): Css {
        const { schemes } = this;
        const name = `${seed} ${isDark}`;
        const known = schemes.get(name);
        if (known && !(known instanceof Promise)) return known;
        const coming = known ?? computeScheme(seed, isDark);
        if (schemes.size >= SCHEMES_KEPT) schemes.clear();
        schemes.set(name, coming);
        coming.then(
            (css) => {
                schemes.set(name, css);
                onReady();
            },
            // Its code did not come: the next drawing asks again.
            () => schemes.delete(name),
        );
        return {};
    }
}

function modeOf(value: In): Brightness | undefined {
    const mode = text(value).toLowerCase();
    if (mode === 'system') return systemBrightness();
    return mode === 'light' || mode === 'dark' ? mode : undefined;
}

function brightnessOf(control: Control): Brightness {
    for (let c: Control | null = control; c; c = c.parent) {
        const mode = modeOf(c.props['theme_mode']);
        if (mode) return mode;
    }
    return systemBrightness();
}

function themeFor(props: ValueMap, isDark: boolean): ValueMap {
    const light = props['theme'];
    const theme = isDark ? (props['dark_theme'] ?? light) : light;
    return isMap(theme) ? theme : {};
}

// The styles that texts name; what names none is of the style bodyMedium.
function textRules(theme: ValueMap, around: string): string {
    const styles = isMap(theme['text_theme']) ? theme['text_theme'] : {};
    return Object.entries(styles)
        .map(([snake, value]) => {
            const name = snake.replace(/[^a-z_]/g, '').replace(/_(.)/, (_, c: string) => c.toUpperCase());
            const css = Object.entries(textStyle(value))
                .filter(([, part]) => part !== undefined)
                .map(([property, part]) => `${property}: ${part};`);
            const body = name === 'bodyMedium' ? `${around === ':root' ? 'body' : around}, ` : '';
            return `${body}${around} .t-text[data-style='${name}'] { ${css.join('')} }`;
        })
        .join(' ');
}

function part(theme: ValueMap, name: string, property: string): In {
    const value = theme[name];
    return isMap(value) ? value[property] : undefined;
}

function cssRole(role: string): string {
    return role === 'on_inverse_surface' ? 'inverse-on-surface' : role.replace(/[^a-z]/g, '-');
}

async function computeScheme(seed: string, isDark: boolean): Promise<Css> {
    if (seed.includes('var(--c-')) await loadPalette();
    const { schemeCss } = await import('../core/scheme.ts');
    return schemeCss(resolve(seed), isDark);
}

// Lets the browser turn any CSS colour into plain numbers.
function resolve(css: string): string {
    const probe = document.createElement('i');
    probe.style.color = css;
    document.body.append(probe);
    const rgb = getComputedStyle(probe).color;
    probe.remove();
    return rgb;
}
