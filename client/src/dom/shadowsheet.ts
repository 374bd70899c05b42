// A style sheet of one element's own within its shadow root, for parts that the widget library has no variables for.

import type { Css } from '../core/values.ts';
import { loadPalette } from './palette.ts';

export type Rule = [selector: string, css: Css];

export class ShadowSheet {
    private readonly sheet = new CSSStyleSheet();
    private shown = '';
    private isAdopted = false;

    constructor(private readonly element: HTMLElement) {}

    set(rules: Rule[]): void {
        const text = rules.map(textOf).join('');
        if (text === this.shown) return;
        this.shown = text;
        if (text.includes('var(--c-')) void loadPalette();
        this.sheet.replaceSync(text);
        const root = this.element.shadowRoot;
        if (this.isAdopted || !root) return;
        this.isAdopted = true;
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.sheet];
    }
}

// The values are those of core/values.ts, in which nothing ends a rule.
function textOf([selector, css]: Rule): string {
    const lines = Object.entries(css).flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
    return lines.length ? `${selector}{${lines.join(';')}}` : '';
}
