// Stands in for lit's styleMap (see scripts/build.mjs). The original writes a style attribute on
// its first run, which a strict content security policy forbids; the object model is allowed.

import { noChange, type ElementPart } from 'lit';
import { Directive, directive, type PartInfo } from 'lit/directive.js';

type Styles = { [name: string]: string | number | undefined | null };

class StyleMap extends Directive {
    private names = new Set<string>();

    constructor(info: PartInfo) {
        super(info);
    }

    render(_styles: Readonly<Styles>): unknown {
        return noChange;
    }

    override update(part: ElementPart, [styles]: [Readonly<Styles>]): unknown {
        const { style } = part.element as HTMLElement;
        for (const name of this.names) if (styles[name] == null) style.removeProperty(cssName(name));
        this.names = new Set();
        for (const [name, value] of Object.entries(styles)) {
            if (value == null) continue;
            this.names.add(name);
            style.setProperty(cssName(name), String(value));
        }
        return noChange;
    }
}

function cssName(name: string): string {
    return name.startsWith('--') ? name : name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}

export const styleMap = directive(StyleMap);
