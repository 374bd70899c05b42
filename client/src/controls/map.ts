// Maps of tiles with markers and shapes, north up: Leaflet draws them. The tiles are from where the app says.

import * as L from 'leaflet';
import sheet from 'leaflet/dist/leaflet.css?text';
import type { Context, Widget } from '../dom/widget.ts';
import { corners, place, placeMap, places, type Place } from '../core/earth.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { color, durationMs, number, point } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { answering, type Calls } from '../dom/service.ts';
import { adopt } from '../dom/sheet.ts';
import { Attributions } from './mapattributions.ts';
import { hearMap } from './mapevents.ts';
import { MapLayers } from './maplayers.ts';
import type { MapFace } from './mapparts.ts';
import css from './map.css?text';

const KYIV = { lat: 50.5, lng: 30.51 };
const ZOOM = 13;
// What the person may do, by bit.
const DRAG = 1;
const FLING = 2;
const PINCH_ZOOM = 8;
const DOUBLE_TAP_ZOOM = 16;
const WHEEL_ZOOM = 64;
const ALL = 255;
const STEP_PX = 80;
// To the very place, and not to the next whole pixel.
const AT_ONCE = { animate: false, reset: true } as L.ZoomPanOptions;

const CALLS: Calls<MapView> = {
    zoom_in: (self, args) => self.go(self.map.getCenter(), self.map.getZoom() + 1, args),
    zoom_out: (self, args) => self.go(self.map.getCenter(), self.map.getZoom() - 1, args),
    zoom_to: (self, args) => self.go(self.map.getCenter(), number(args['zoom']), args),
    center_on: (self, args) => self.go(place(args['point']), number(args['zoom']), args),
    move_to: (self, args) => self.move(args),
    get_camera: (self) => self.camera(),
};

export function map(context: Context): Widget {
    adopt(sheet);
    adopt(css);
    const root = el('div', 't-map');
    const self = new MapView(context, root);
    return {
        root,
        update: () => self.update(),
        invoke: answering(CALLS, self),
        dispose: () => self.dispose(),
    };
}

class MapView implements MapFace {
    readonly map: L.Map;
    private readonly layers: MapLayers;
    private readonly attributions: Attributions;
    private readonly sizes: ResizeObserver;
    private isReady = false;

    constructor(
        readonly context: Context,
        readonly root: HTMLElement,
    ) {
        const stage = el('div', 't-map-stage');
        root.append(stage);
        this.map = L.map(stage, { zoomControl: false, attributionControl: false, zoomSnap: 0, ...this.habits() });
        this.start();
        this.layers = new MapLayers(context, this.map);
        this.attributions = new Attributions(context, root);
        this.sizes = new ResizeObserver(() => this.onSize());
        this.sizes.observe(root);
        stage.addEventListener('keydown', (event) => this.onKey(event));
    }

    update(): void {
        const { context, map } = this;
        setAttribute(map.getContainer(), 'role', 'region');
        setAttribute(map.getContainer(), 'aria-label', context.text('tooltip') || 'Map');
        map.setMinZoom(number(context.get('min_zoom')) ?? 0);
        map.setMaxZoom(number(context.get('max_zoom')) ?? 24);
        context.rootStyle = { 'background-color': color(context.get('bgcolor')) ?? color('grey300') };
        this.obey();
        const layers = context.children('layers');
        this.layers.update(layers);
        this.attributions.update(layers);
    }

    camera(): Value {
        const { map } = this;
        const [least, most] = [number(this.context.get('min_zoom')), number(this.context.get('max_zoom'))];
        const center = placeMap(map.getCenter());
        return { center, zoom: map.getZoom(), min_zoom: least ?? null, max_zoom: most ?? null, rotation: 0 };
    }

    move(args: ValueMap): Promise<Value> {
        const { map } = this;
        const zoom = number(args['zoom']) ?? map.getZoom();
        const shift = point(args['offset']) ?? { x: 0, y: 0 };
        const target = place(args['destination']) ?? map.getCenter();
        const at = map.project(target, zoom).subtract([shift.x, shift.y]);
        return this.go(map.unproject(at, zoom), zoom, args);
    }

    // Answers when it is there.
    async go(center: Place | undefined, zoom: number | undefined, args: ValueMap): Promise<Value> {
        const { map } = this;
        if (!center) throw new Error('The place is none');
        const ms = durationMs(args['duration'] ?? this.context.get('animation_duration')) ?? 500;
        const isSlow = ms > 0 && !matchMedia('(prefers-reduced-motion: reduce)').matches;
        if (args['cancel_ongoing_animations'] === true) map.stop();
        const isThere = new Promise((done) => map.once('moveend', done));
        map.setView(center, zoom ?? map.getZoom(), isSlow ? { animate: true, duration: ms / 1000 } : AT_ONCE);
        await Promise.race([isThere, new Promise((done) => setTimeout(done, ms + 500))]);
        return null;
    }

    dispose(): void {
        this.sizes.disconnect();
        this.layers.dispose();
        this.map.remove();
    }

    private habits(): L.MapOptions {
        const rules = this.context.get('interaction_configuration');
        const flags = isMap(rules) ? (number(rules['flags']) ?? ALL) : ALL;
        return {
            dragging: (flags & DRAG) !== 0,
            inertia: (flags & FLING) !== 0,
            touchZoom: (flags & PINCH_ZOOM) !== 0,
            doubleClickZoom: (flags & DOUBLE_TAP_ZOOM) !== 0,
            scrollWheelZoom: (flags & WHEEL_ZOOM) !== 0,
        };
    }

    private obey(): void {
        const { map } = this;
        const { inertia, ...habits } = this.habits();
        map.options.inertia = inertia;
        for (const name of ['dragging', 'touchZoom', 'doubleClickZoom', 'scrollWheelZoom'] as const)
            if (habits[name]) map[name].enable();
            else map[name].disable();
        if (this.keys()['enable_arrow_keys_panning'] === false) map.keyboard.disable();
        else map.keyboard.enable();
    }

    private keys(): ValueMap {
        const rules = this.context.get('interaction_configuration');
        const keys = isMap(rules) ? rules['keyboard_configuration'] : undefined;
        return isMap(keys) ? keys : {};
    }

    // Arrows, + and - are Leaflet's.
    private onKey(event: KeyboardEvent): void {
        if (event.target !== this.map.getContainer() || event.ctrlKey || event.metaKey || event.altKey) return;
        const ways: { [key: string]: [number, number] } = { w: [0, -1], a: [-1, 0], s: [0, 1], d: [1, 0] };
        const way = this.keys()['enable_wasd_panning'] === false ? undefined : ways[event.key.toLowerCase()];
        const zooms = this.keys()['enable_rf_zooming'] === false ? '' : event.key.toLowerCase();
        if (way) this.map.panBy([way[0] * STEP_PX, way[1] * STEP_PX]);
        else if (zooms === 'r') this.map.zoomIn();
        else if (zooms === 'f') this.map.zoomOut();
        else return;
        event.preventDefault();
    }

    // Where it begins can be seen once it has a size.
    private onSize(): void {
        const { clientWidth, clientHeight } = this.root;
        if (!clientWidth || !clientHeight) return;
        this.map.invalidateSize({ pan: false });
        if (this.isReady) return;
        this.isReady = true;
        this.begin();
        hearMap(this);
        this.context.emit('init');
    }

    private begin(): void {
        const { context, map } = this;
        const fit = context.get('initial_camera_fit');
        const rules: ValueMap = isMap(fit) ? fit : {};
        const area = corners(rules['bounds']) ?? places(rules['coordinates']);
        if (area.length) {
            const most = number(rules['max_zoom']);
            map.fitBounds(L.latLngBounds(area), {
                animate: false,
                ...paddingOf(rules['padding']),
                ...(most !== undefined && { maxZoom: most }),
            });
            const zoom = Math.max(number(rules['min_zoom']) ?? 0, map.getZoom());
            map.setZoom(rules['force_integer_zoom_level'] === true ? Math.floor(zoom) : zoom, { animate: false });
            return;
        }
        this.start();
    }

    private start(): void {
        const center = place(this.context.get('initial_center')) ?? KYIV;
        this.map.setView(center, number(this.context.get('initial_zoom')) ?? ZOOM, AT_ONCE);
    }
}

function paddingOf(value: Value | undefined): L.FitBoundsOptions {
    if (!isMap(value)) {
        const all = number(value) ?? 0;
        return { padding: [all, all] };
    }
    const at = (side: string) => number(value[side]) ?? 0;
    return { paddingTopLeft: [at('left'), at('top')], paddingBottomRight: [at('right'), at('bottom')] };
}
