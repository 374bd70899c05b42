// Tiles from where the app says, each address through the client's one filter.

import * as L from 'leaflet';
import type { Context } from '../dom/widget.ts';
import { imageUrl } from '../core/links.ts';
import { corners } from '../core/earth.ts';
import { isMap, type Control, type Value, type ValueMap } from '../core/tree.ts';
import { number, text } from '../core/values.ts';
import type { Drawn } from './mapparts.ts';

// A picture of nothing, in place of an address that is none.
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
const MOST_ZOOM = 30;
const TAKEN = /^(?:[xyzsr]|-y)$/;

type Tiles = L.TileLayer;

function checked<T extends Tiles>(tiles: T): T {
    const address = tiles.getTileUrl.bind(tiles);
    tiles.getTileUrl = (coords) => imageUrl(address(coords), document.baseURI) ?? NOTHING;
    return tiles;
}

export function tileLayer(context: Context, map: L.Map, pane: string): Drawn {
    let tiles: Tiles | undefined;
    let made = '';
    return {
        update(control) {
            const wanted = signature(control.props);
            if (wanted === made) return;
            made = wanted;
            tiles?.remove();
            tiles = checked(makeTiles(control.props, pane));
            hearErrors(context, control, tiles);
            tiles.addTo(map);
        },
        remove: () => tiles?.remove(),
    };
}

const signature = (props: ValueMap): string =>
    JSON.stringify(Object.entries(props).filter(([name]) => !name.startsWith('on_')));

function makeTiles(props: ValueMap, pane: string): Tiles {
    const options = { ...extras(props['additional_options']), ...optionsOf(props), pane };
    const web = props['wms_configuration'];
    if (!isMap(web)) return L.tileLayer(text(props['url_template']), options);
    const names = (value: Value | undefined) => (Array.isArray(value) ? value.map(text).join(',') : '');
    return L.tileLayer.wms(text(web['base_url']), {
        ...extras(web['additional_parameters']),
        ...options,
        layers: names(web['layers']),
        styles: names(web['styles']),
        format: text(web['format']) || 'image/png',
        version: text(web['version']) || '1.1.1',
        transparent: web['transparent'] !== false,
        uppercase: web['uppercase_bool_value'] === true,
    });
}

function optionsOf(props: ValueMap): L.TileLayerOptions {
    const subdomains = Array.isArray(props['subdomains']) ? props['subdomains'].map(text) : ['a', 'b', 'c'];
    const bounds = corners(props['tile_bounds']);
    const show = isMap(props['display_mode']) ? props['display_mode'] : {};
    const instead = imageUrl(props['error_image_src'], document.baseURI);
    return {
        subdomains: subdomains.length ? subdomains : ['a'],
        tileSize: Math.max(16, number(props['tile_size']) ?? 256),
        minNativeZoom: number(props['min_native_zoom']) ?? 0,
        maxNativeZoom: number(props['max_native_zoom']) ?? 19,
        minZoom: number(props['min_zoom']) ?? 0,
        maxZoom: Math.min(MOST_ZOOM, number(props['max_zoom']) ?? MOST_ZOOM),
        zoomReverse: props['zoom_reverse'] === true,
        zoomOffset: number(props['zoom_offset']) ?? 0,
        keepBuffer: Math.max(0, Math.min(8, number(props['keep_buffer']) ?? 2)),
        tms: props['enable_tms'] === true,
        detectRetina: props['enable_retina_mode'] === true,
        opacity: number(show['opacity']) ?? 1,
        className: text(show['_type']) === 'instantaneous' ? 't-map-instant' : '',
        ...(bounds && { bounds: L.latLngBounds(bounds) }),
        ...(instead && { errorTileUrl: instead }),
    };
}

// What the template has besides place and zoom: texts, and none of the names that are Leaflet's.
function extras(value: Value | undefined): { [name: string]: string } {
    if (!isMap(value)) return {};
    const words = Object.entries(value).map(([name, word]) => [name, text(word)] as const);
    return Object.fromEntries(words.filter(([name]) => !TAKEN.test(name) && !(name in L.TileLayer.prototype.options)));
}

function hearErrors(context: Context, control: Control, tiles: Tiles): void {
    const instead = text(control.props['fallback_url']);
    const tried = new WeakSet<EventTarget>();
    tiles.on('tileerror', ({ tile, coords }: L.TileErrorEvent) => {
        const address = (tile as HTMLImageElement).src;
        const other = instead && imageUrl(L.Util.template(instead, { s: 'a', r: '', ...coords }), document.baseURI);
        if (other && !tried.has(tile)) {
            tried.add(tile);
            (tile as HTMLImageElement).src = other;
            return;
        }
        if (control.props['on_image_error'] === true)
            context.renderer.outlet.emit(control, 'image_error', `The tile ${address} cannot be shown`);
    });
}
