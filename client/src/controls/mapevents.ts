// What happens on a map, as the protocol tells it.

import type * as L from 'leaflet';
import { placeMap } from '../core/earth.ts';
import type { Value, ValueMap } from '../core/tree.ts';
import type { Sample } from '../core/sample.ts';
import { pointerOf, sampleOf, touchOf } from '../dom/pointer.ts';
import { isTaken } from '../dom/press.ts';
import type { MapFace } from './mapparts.ts';

const LONG_PRESS_MS = 500;
const SLACK_PX = 8;

export function hearMap(self: MapFace): void {
    const { map, context } = self;
    hearPresses(self);
    let before = null as Value;
    let isByHand = false;
    const tell = (event_type: string, source: string, coordinates: Value = null) => {
        if (!context.handles('event')) return;
        context.emit('event', { source, event_type, camera: self.camera(), old_camera: before, coordinates, id: null });
    };
    const source = () => (isByHand ? 'onDrag' : 'mapController');
    map.on('dragstart', () => (isByHand = true));
    map.on('movestart', () => {
        before = self.camera();
        tell('moveStart', isByHand ? 'dragStart' : 'mapController');
    });
    map.on('move', () => {
        tell('move', source());
        if (!context.handles('position_change')) return;
        const coordinates = placeMap(map.getCenter());
        context.emit('position_change', { coordinates, camera: self.camera(), has_gesture: isByHand });
    });
    map.on('moveend', () => {
        tell('moveEnd', isByHand ? 'dragEnd' : 'mapController');
        isByHand = false;
    });
    map.on('dblclick', () => tell('doubleTapZoom', 'doubleTap'));
    map.on('resize', () => tell('nonRotatedSizeChange', 'nonRotatedSizeChange'));
    map.getContainer().addEventListener(
        'wheel',
        () => map.scrollWheelZoom.enabled() && tell('scrollWheelZoom', 'scrollWheel'),
        {
            passive: true,
        },
    );
    self.root.addEventListener('troupe-tap', (event) => {
        const { kind, at } = (event as CustomEvent<{ kind: string; at: Value }>).detail;
        tell(kind, kind, at);
    });
}

function hearPresses(self: MapFace): void {
    const { map, context } = self;
    const stage = map.getContainer();
    let timer = 0;
    let from: PointerEvent | undefined;
    let wasLong = false;
    const press = (name: string, kind: string, event: MouseEvent) => {
        const at = where(map, event);
        context.emit(name, { ...touchOf(event as PointerEvent, stage), coordinates: at });
        self.root.dispatchEvent(new CustomEvent('troupe-tap', { detail: { kind, at } }));
    };
    let before: Sample | undefined;
    const point = (name: string, event: PointerEvent) => {
        const data = pointerOf(event, stage, before);
        if (context.handles(name)) context.emit(name, { ...data, coordinates: where(map, event) });
        before = sampleOf(event, stage);
    };
    stage.addEventListener('pointerdown', (event) => {
        point('pointer_down', event);
        if (isTaken(event, stage)) return;
        from = event;
        wasLong = false;
        timer = window.setTimeout(() => {
            wasLong = true;
            press('long_press', 'longPress', event);
        }, LONG_PRESS_MS);
    });
    stage.addEventListener('pointermove', (event) => {
        if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > SLACK_PX)
            clearTimeout(timer);
        if (!event.buttons) point('hover', event);
        else before = sampleOf(event, stage);
    });
    for (const type of ['pointerup', 'pointercancel'] as const)
        stage.addEventListener(type, (event) => {
            clearTimeout(timer);
            from = undefined;
            point(type === 'pointerup' ? 'pointer_up' : 'pointer_cancel', event);
        });
    // Leaflet's own clicks are not those that end a drag.
    map.on('click', ({ originalEvent: event }: L.LeafletMouseEvent) => {
        if (!wasLong && !isTaken(event, stage)) press('tap', 'tap', event);
    });
    map.on('contextmenu', ({ originalEvent: event }: L.LeafletMouseEvent) => {
        clearTimeout(timer);
        if (context.handles('secondary_tap') || context.handles('long_press')) event.preventDefault();
        // A finger that stays makes one as well.
        if ((event as PointerEvent).pointerType !== 'touch') press('secondary_tap', 'secondaryTap', event);
    });
}

const where = (map: L.Map, event: MouseEvent): ValueMap => placeMap(map.mouseEventToLatLng(event));
