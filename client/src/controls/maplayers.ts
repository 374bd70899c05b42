// The layers of a map, each in a pane of its own, in the order of the app.

import * as L from 'leaflet';
import type { Context } from '../dom/widget.ts';
import { place } from '../core/earth.ts';
import { listOf, type Control } from '../core/tree.ts';
import { number, point } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import { overlayImage } from './mapimages.ts';
import type { Drawn } from './mapparts.ts';
import { circle, Lines, polygon } from './mapshapes.ts';
import { tileLayer } from './maptiles.ts';

const FIRST_PANE = 200;
const KINDS = new Set([
    'TileLayer',
    'MarkerLayer',
    'CircleLayer',
    'PolygonLayer',
    'PolylineLayer',
    'OverlayImageLayer',
]);

export class MapLayers {
    private readonly shown = new Map<number, Drawn>();

    constructor(
        private readonly context: Context,
        private readonly map: L.Map,
    ) {}

    update(controls: Control[]): void {
        const wanted = controls.filter(({ type }) => KINDS.has(type));
        for (const [id, layer] of this.shown) if (!wanted.some((control) => control.id === id)) this.drop(id, layer);
        wanted.forEach((control, at) => {
            const pane = this.map.getPane(`t${control.id}`) ?? this.map.createPane(`t${control.id}`);
            setStyle(pane, { 'z-index': String(FIRST_PANE + at) });
            let layer = this.shown.get(control.id);
            if (!layer) this.shown.set(control.id, (layer = this.make(control, pane)));
            layer.update(control);
        });
    }

    dispose(): void {
        for (const [id, layer] of this.shown) this.drop(id, layer);
    }

    private drop(id: number, layer: Drawn): void {
        layer.remove();
        this.shown.delete(id);
        this.map.getPane(`t${id}`)?.remove();
    }

    private make(control: Control, pane: HTMLElement): Drawn {
        const { map, context } = this;
        const name = `t${control.id}`;
        switch (control.type) {
            case 'TileLayer':
                return tileLayer(context, map, name);
            case 'MarkerLayer':
                return markers(context, map, pane);
            case 'OverlayImageLayer':
                return each(map, 'overlay_images', (one) => [overlayImage(one, name)]);
            case 'CircleLayer':
                return each(map, 'circles', (one) => circle(one, name));
            case 'PolygonLayer':
                return each(map, 'polygons', (one, layer) => polygon(one, layer, name));
            default:
                return new Lines(map, name);
        }
    }
}

// Shapes are drawn anew when one of them has changed.
function each(map: L.Map, list: string, draw: (one: Control, layer: Control) => L.Layer[]): Drawn {
    const group = L.layerGroup().addTo(map);
    return {
        update(control) {
            group.clearLayers();
            for (const one of listOf(control.props[list]))
                for (const layer of draw(one, control)) group.addLayer(layer);
        },
        remove: () => group.remove(),
    };
}

// What the app puts at places: controls of its own, so they have their own presses.
function markers(context: Context, map: L.Map, pane: HTMLElement): Drawn {
    const hosts = new Map<number, HTMLElement>();
    let shown: Control[] = [];
    let layer: Control | undefined;
    pane.classList.add('t-map-markers', 'leaflet-zoom-hide');
    const settle = () => {
        for (const marker of shown) {
            const at = place(marker.props['coordinates']);
            const host = hosts.get(marker.id);
            if (!at || !host) continue;
            const [width, height] = [number(marker.props['width']) ?? 30, number(marker.props['height']) ?? 30];
            const side = point(marker.props['alignment']) ?? point(layer?.props['alignment']) ?? { x: 0, y: 0 };
            const spot = map.latLngToLayerPoint(at);
            setStyle(host, {
                width: `${width}px`,
                height: `${height}px`,
                left: `${spot.x - (width * (1 - side.x)) / 2}px`,
                top: `${spot.y - (height * (1 - side.y)) / 2}px`,
            });
        }
    };
    map.on('zoomend viewreset', settle);
    return {
        update(control) {
            layer = control;
            shown = listOf(control.props['markers']);
            for (const [id, host] of hosts) {
                if (shown.some((marker) => marker.id === id)) continue;
                context.place(host, []);
                host.remove();
                hosts.delete(id);
            }
            for (const marker of shown) {
                let host = hosts.get(marker.id);
                if (!host) {
                    hosts.set(marker.id, (host = el('div', 't-map-marker')));
                    pane.append(host);
                }
                context.place(host, listOf(marker.props['content']));
            }
            settle();
        },
        remove() {
            map.off('zoomend viewreset', settle);
            for (const host of hosts.values()) context.place(host, []);
        },
    };
}
