// The properties of every control: size, position, opacity, tooltip, marks for tests.

import { isMap, type Control, type ValueMap } from '../core/tree.ts';
import { transitions } from '../core/animation.ts';
import { box, flexPlace, key, number, point, px, type Css } from '../core/values.ts';
import { loadPalette } from './palette.ts';
import { tips, tipText } from './tips.ts';
import { COLUMNS, sizes } from '../core/breakpoints.ts';

// Shared: it says something of elements, each of which belongs to one app.
const applied = new WeakMap<Element, Css>();

// Sets what is given and clears what was given before; leaves everything else alone.
export function setStyle(element: HTMLElement | SVGElement, css: Css): void {
    const before = applied.get(element) ?? {};
    for (const name of Object.keys(before)) if (css[name] === undefined) element.style.removeProperty(name);
    for (const [name, value] of Object.entries(css)) {
        if (value === undefined || before[name] === value) continue;
        if (value.includes('var(--c-')) void loadPalette();
        element.style.setProperty(name, value);
    }
    applied.set(element, css);
}

// Returns true when the element has a tooltip, or had one. What stands in for a control whose code is on its way has
// neither a tooltip nor the control's marks: a test that looks for the control finds nothing else.
export function setCommon(root: HTMLElement, control: Control, isPending: boolean): boolean {
    root.dataset['id'] = String(control.id);
    setMark(root, 'control', isPending ? undefined : control.type);
    const name = key(control.props['key']);
    setMark(root, 'key', isPending ? undefined : name);
    setMark(root, 'keyToCome', isPending ? name : undefined);
    const hasTip = !isPending && setTooltip(root, control);
    root.classList.toggle('t-sized', number(control.props['width']) !== undefined);
    root.classList.toggle('t-high', number(control.props['height']) !== undefined);
    if (control.props['rtl'] === true) root.dir = 'rtl';
    else if (root.dir) root.removeAttribute('dir');
    return hasTip;
}

function setMark(root: HTMLElement, mark: string, value: string | undefined): void {
    if (value !== undefined) root.dataset[mark] = value;
    else delete root.dataset[mark];
}

// Where a list scrolls to: the control with that key, or what stands in for it.
export function findKey(root: Element, name: string): Element | null {
    const value = `"${CSS.escape(name)}"`;
    return root.querySelector(`[data-key=${value}], [data-key-to-come=${value}]`);
}

const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex], [role=button]';

function setTooltip(root: HTMLElement, control: Control): boolean {
    const value = control.props['tooltip'];
    const tip = tipText(value);
    if (!tip && !tips.has(root)) return false;
    // Points of charts have a use of their own for theirs.
    if (tip) tips.set(root, value!);
    else tips.delete(root);
    const isSilent = isMap(value) && value['exclude_from_semantics'] === true;
    // A text that is the control's name need not be said again as its description.
    const isName = root.getAttribute('aria-label') === tip;
    if (tip && !isSilent && !isName) root.setAttribute('aria-description', tip);
    else root.removeAttribute('aria-description');
    // People without a mouse have to get there, too.
    const isReachable =
        root.localName.startsWith('md-') ||
        root.matches(FOCUSABLE) ||
        root.querySelector('md-checkbox, md-switch, md-radio, md-slider') !== null ||
        root.querySelector(FOCUSABLE) !== null ||
        root.querySelector('[data-id]') !== null;
    if (tip && !isReachable) {
        root.tabIndex = 0;
        root.dataset['tip'] = '';
    } else if (!tip && root.dataset['tip'] !== undefined) {
        root.removeAttribute('tabindex');
        delete root.dataset['tip'];
    }
    return true;
}

// The layout control around, seen through wrappers.
export function hostOf(control: Control): Control | null {
    let host = control.parent;
    while (host?.type === 'C') host = host.parent;
    return host;
}

function hint(control: Control | null, name: string): boolean {
    const internals = control?.props['_internals'];
    return isMap(internals) && internals[name] === true;
}

export function commonStyle(control: Control): Css {
    const { props } = control;
    const host = hostOf(control);
    const css: Css = {
        width: px(props['width']),
        height: px(props['height']),
        margin: box(props['margin']),
        opacity: number(props['opacity'])?.toString(),
        'aspect-ratio': number(props['aspect_ratio'])?.toString(),
        transition: transitions(props),
        ...transforms(props),
    };
    if (css['width'] || css['height']) css['flex-shrink'] = '0';
    if (hint(host, 'host_expanded')) Object.assign(css, expansion(props));
    if (host?.type === 'ResponsiveRow') Object.assign(css, columns(control, host));
    if (hint(host, 'host_positioned')) Object.assign(css, position(props));
    return { ...css, ...ownPlace(props, host?.type ?? '') };
}

// Where a control lies in the room that what is around it leaves to it.
function ownPlace(props: ValueMap, host: string): Css {
    const at = point(props['align']);
    if (!at) return {};
    const [inline, block] = [flexPlace(at.x), flexPlace(at.y)];
    if (host === 'Row') return { 'align-self': block };
    if (host === 'Stack') return { 'justify-self': inline, 'align-self': block };
    if (host !== 'Container') return { 'align-self': inline };
    return {
        'align-self': inline,
        'margin-top': at.y > -0.33 ? 'auto' : undefined,
        'margin-bottom': at.y < 0.33 ? 'auto' : undefined,
    };
}

function expansion(props: ValueMap): Css {
    const grow = props['expand'] === true ? 1 : number(props['expand']);
    if (!grow) return {};
    // Flutter would leave the rest of a loose one's share empty; here the others may have it.
    const flex = props['expand_loose'] === true ? '0 1 auto' : `${grow} 1 0`;
    return { flex, 'min-width': '0', 'min-height': '0' };
}

const CARD_MARGIN_PX = 4;

// The columns alone say how wide it is, margins included.
function columns({ props, type }: Control, host: Control): Css {
    const margin = props['margin'] ?? (type === 'Card' ? CARD_MARGIN_PX : null);
    const sides = isMap(margin) ? [margin['left'], margin['right']] : [margin, margin];
    const outside = sides.reduce<number>((sum, side) => sum + (number(side) ?? 0), 0);
    return {
        ...sizes('col', props['col'], COLUMNS, host.props['breakpoints'], innerWidth),
        width: undefined,
        '--t-outside': `${outside}px`,
    };
}

function position(props: ValueMap): Css {
    const sides = ['left', 'top', 'right', 'bottom'].map((side) => [side, px(props[side])] as const);
    if (sides.every(([, value]) => value === undefined)) return {};
    return { position: 'absolute', ...Object.fromEntries(sides) };
}

function transforms(props: ValueMap): Css {
    const { scale, rotate } = props;
    const flip = isMap(props['flip']) ? props['flip'] : {};
    const own: ValueMap = isMap(scale) ? scale : { scale: scale ?? null };
    const factor = (axis: 'x' | 'y') =>
        (number(own[`scale_${axis}`]) ?? number(own['scale']) ?? 1) * (flip[`flip_${axis}`] === true ? -1 : 1);
    const isScaled = scale !== undefined && scale !== null;
    const angle = number(isMap(rotate) ? rotate['angle'] : rotate);
    // The protocol's offset is a fraction of the control's own size.
    const offset = point(props['offset']);
    const around = point(own['alignment']) ?? (isMap(rotate) ? point(rotate['alignment']) : undefined);
    return {
        scale: isScaled || isMap(props['flip']) ? `${factor('x')} ${factor('y')}` : undefined,
        rotate: angle === undefined ? undefined : `${angle}rad`,
        translate: offset && `${offset.x * 100}% ${offset.y * 100}%`,
        'transform-origin': around && `${(around.x + 1) * 50}% ${(around.y + 1) * 50}%`,
    };
}
