// Circles, areas and lines on a map.

import * as L from 'leaflet';
import { blend, metresPerPixel, place, places, type Place } from '../core/earth.ts';
import { isMap, listOf, type Control, type Value, type ValueMap } from '../core/tree.ts';
import { color, number, oneOf, text, textStyle } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import type { Drawn } from './mapparts.ts';

const MOST_POINTS = 100_000;
// What Flutter's map has as its tolerance, and Leaflet as 1.
const TOLERANCE = 0.3;

// Presses are the map's.
const still = (pane: string): L.PathOptions => ({ interactive: false, pane });

export function circle({ props }: Control, pane: string): L.Layer[] {
    const at = place(props['coordinates']);
    if (!at) return [];
    const radius = number(props['radius']) ?? 10;
    const options = { ...still(pane), ...area(props), radius };
    return [props['use_radius_in_meter'] === true ? L.circle(at, options) : L.circleMarker(at, options)];
}

export function polygon({ props }: Control, layer: Control, pane: string): L.Layer[] {
    const corners = cut(props['coordinates']);
    if (corners.length < 3) return [];
    const shape = L.polygon(corners, {
        ...still(pane),
        ...area(props),
        ...ends(props),
        smoothFactor: smooth(layer.props),
    });
    const label = text(props['label']);
    if (label && layer.props['polygon_labels'] !== false) {
        const word = el('span');
        word.textContent = label;
        setStyle(word, textStyle(props['label_text_style']));
        shape.bindTooltip(word, { permanent: true, direction: 'center', className: 't-map-label', pane });
    }
    return [shape];
}

function area(props: ValueMap): L.PathOptions {
    const width = number(props['border_stroke_width']) ?? 0;
    return {
        fillColor: color(props['color']) ?? color('green')!,
        fillOpacity: 1,
        stroke: width > 0,
        weight: width,
        color: color(props['border_color']) ?? color('yellow')!,
        opacity: 1,
    };
}

function ends(props: ValueMap): L.PathOptions {
    return {
        lineCap: oneOf(props['stroke_cap'], ['butt', 'round', 'square']) ?? 'round',
        lineJoin: oneOf(props['stroke_join'], ['bevel', 'miter', 'round']) ?? 'round',
    };
}

const smooth = (layer: ValueMap): number =>
    Math.max(0, (number(layer['simplification_tolerance']) ?? TOLERANCE) / TOLERANCE);
const cut = (value: Value | undefined): Place[] => places(value).slice(0, MOST_POINTS);

// Lines may be as wide as the earth has metres there, which is another width at each zoom.
export class Lines implements Drawn {
    private readonly group: L.LayerGroup;
    private readonly measured: [L.Polyline, Control, number][] = [];
    private readonly measure = () => this.widen();

    constructor(
        private readonly map: L.Map,
        private readonly pane: string,
    ) {
        this.group = L.layerGroup().addTo(map);
        map.on('zoomend', this.measure);
    }

    update(layer: Control): void {
        this.group.clearLayers();
        this.measured.length = 0;
        for (const line of listOf(layer.props['polylines'])) this.draw(line, layer.props);
        this.widen();
    }

    remove(): void {
        this.map.off('zoomend', this.measure);
        this.group.remove();
    }

    private draw(line: Control, layer: ValueMap): void {
        const { props } = line;
        const way = cut(props['coordinates']);
        if (way.length < 2) return;
        const border = number(props['border_stroke_width']) ?? 0;
        const rules = { ...still(this.pane), ...ends(props), smoothFactor: smooth(layer) };
        if (border > 0)
            this.add(line, way, { ...rules, color: color(props['border_color']) ?? color('yellow')! }, 2 * border);
        const shades = colorsOf(props['gradient_colors']);
        if (shades.length < 2) {
            this.add(line, way, { ...rules, color: shades[0] ?? color(props['color']) ?? color('yellow')! }, 0);
            return;
        }
        for (const [part, shade] of shaded(way, shades, numbers(props['colors_stop'])))
            this.add(line, part, { ...rules, color: shade }, 0);
    }

    private add(line: Control, way: Place[], rules: L.PolylineOptions, more: number): void {
        const shape = L.polyline(way, rules);
        this.measured.push([shape, line, more]);
        this.group.addLayer(shape);
    }

    private widen(): void {
        for (const [shape, { props }, more] of this.measured) {
            const given = number(props['stroke_width']) ?? 1;
            const first = place((props['coordinates'] as Value[])[0]);
            const isInMetres = props['use_stroke_width_in_meter'] === true && first !== undefined;
            const width = isInMetres ? given / metresPerPixel(first.lat, this.map.getZoom()) : given;
            const dashes = more ? undefined : dashesOf(props['stroke_pattern'], width);
            shape.setStyle({ weight: width + more, ...(dashes && { dashArray: dashes }) });
        }
    }
}

function dashesOf(value: Value | undefined, width: number): string | undefined {
    if (!isMap(value)) return undefined;
    if (value['_type'] === 'dashed') return numbers(value['segments']).join(' ') || undefined;
    if (value['_type'] === 'dotted') return `0 ${width * Math.max(1, number(value['spacing_factor']) ?? 1.5)}`;
    return undefined;
}

// A line of many colours is many lines.
function shaded(way: Place[], shades: string[], stops: number[]): [Place[], string][] {
    const lengths = way.slice(1).map((to, at) => Math.hypot(to.lat - way[at]!.lat, to.lng - way[at]!.lng));
    const whole = lengths.reduce((sum, length) => sum + length, 0) || 1;
    let gone = 0;
    return lengths.map((length, at) => {
        const middle = (gone + length / 2) / whole;
        gone += length;
        return [[way[at]!, way[at + 1]!], blend(shades, stops, middle)];
    });
}

const numbers = (value: Value | undefined): number[] =>
    Array.isArray(value) ? value.flatMap((one) => number(one) ?? []) : [];
const colorsOf = (value: Value | undefined): string[] =>
    Array.isArray(value) ? value.flatMap((one) => color(one) ?? []) : [];
