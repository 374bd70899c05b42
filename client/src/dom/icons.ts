// Material icons as inline SVG. The most used ones come in one chunk, the others in small shards,
// each fetched once and only when a page shows one of its icons.

import type { Context } from './widget.ts';
import { icon, px, type Icon } from '../core/values.ts';
import { listOf, type Control, type Value } from '../core/tree.ts';
import { setStyle } from './style.ts';

const SHARD = 64;
const MATERIAL = 1;
const CUPERTINO = 2;
// Its files are 56 wide.
const CUPERTINO_SCALE = 'scale(0.4286)';
const SVG = 'http://www.w3.org/2000/svg';
// Shared: the icons of the build, alike for all apps and never changed.
const shards = new Map<string, Promise<string[]>>();

export function iconElement(slot?: string): SVGSVGElement {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', 't-glyph');
    svg.setAttribute('aria-hidden', 'true');
    if (slot) svg.setAttribute('slot', slot);
    svg.append(document.createElementNS(SVG, 'path'));
    return svg;
}

export function showIcon(svg: SVGSVGElement, wanted: Icon | undefined): void {
    const name = wanted ? `${wanted.set}:${wanted.index}` : '';
    if (svg.dataset['icon'] === name) return;
    svg.dataset['icon'] = name;
    const path = svg.firstElementChild!;
    const draw = (d: string) => svg.dataset['icon'] === name && path.setAttribute('d', d);
    if (wanted?.set === CUPERTINO) path.setAttribute('transform', CUPERTINO_SCALE);
    else path.removeAttribute('transform');
    if (!wanted || (wanted.set !== MATERIAL && wanted.set !== CUPERTINO)) draw('');
    else if (wanted.set === MATERIAL && common?.[wanted.index]) draw(common[wanted.index]!);
    else fetchPath(wanted, draw, () => svg.isConnected && svg.dataset['icon'] === name);
}

// An icon of the client's own, by its index (`__ICON_CLOSE__`).
export function glyph(index: number, slot?: string): SVGSVGElement {
    const svg = iconElement(slot);
    showIcon(svg, { set: MATERIAL, index });
    return svg;
}

const RETRY_MS = 2000;

// A lost network must not leave the icon empty for good.
function fetchPath(wanted: Icon, draw: (d: string) => void, isWanted: () => boolean): void {
    const again = () => isWanted() && fetchPath(wanted, draw, isWanted);
    pathOf(wanted).then(draw, () => setTimeout(again, RETRY_MS));
}

type Paths = { [index: number]: string };
// Shared: as the shards are.
let common: Paths | undefined;

export async function commonIcons(): Promise<Paths> {
    return (common ??= (await import('virtual:common-icons')).default);
}

async function pathOf({ set, index }: Icon): Promise<string> {
    const place = Math.floor(index / SHARD);
    if (set === CUPERTINO) return (await shardOf(`c-${place}`))[index % SHARD] ?? '';
    return (await commonIcons())[index] ?? (await shardOf(String(place)))[index % SHARD] ?? '';
}

function shardOf(name: string): Promise<string[]> {
    let shard = shards.get(name);
    if (!shard) {
        shard = fetch(new URL(`${__ICONS__}/${name}.json`, document.baseURI)).then(
            // An icon that the build does not have is empty; one that the server cannot give now comes later.
            (answer) => (answer.status === 404 ? [] : (answer.json() as Promise<string[]>)),
        );
        shard.catch(() => shards.delete(name));
        shards.set(name, shard);
    }
    return shard;
}

// A place for a property that is an icon or a control.
export class IconPart {
    private svg: SVGSVGElement | undefined;

    constructor(
        private readonly host: Element,
        private readonly slot?: string,
    ) {}

    // Returns the controls that the host has to place itself.
    show(value: Value | undefined, css: { color?: string | undefined; size?: Value } = {}): Control[] {
        const wanted = icon(value);
        if (!wanted) {
            this.svg?.remove();
            this.svg = undefined;
            return listOf(value);
        }
        if (!this.svg) {
            this.svg = iconElement(this.slot);
            this.host.prepend(this.svg);
        }
        const size = px(css.size ?? null);
        setStyle(this.svg, { color: css.color, width: size, height: size, 'font-size': size });
        showIcon(this.svg, wanted);
        return [];
    }

    // Controls in a shadow slot need its name on their element.
    place(context: Context, controls: Control[]): void {
        context.place(this.host, controls);
        if (!this.slot) return;
        for (const control of controls) context.renderer.element(control).slot = this.slot;
    }
}
