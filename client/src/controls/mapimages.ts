// Pictures that lie on a map: between two corners, or turned between three.

import * as L from 'leaflet';
import { corners, place } from '../core/earth.ts';
import type { Control } from '../core/tree.ts';
import { number } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import { Picture } from './image.ts';

export function overlayImage({ props }: Control, pane: string): L.Layer {
    const bounds = corners(props['bounds']);
    const three = [props['top_left_corner'], props['bottom_left_corner'], props['bottom_right_corner']].map(place);
    const at: L.LatLngExpression[] = bounds
        ? upright(L.latLngBounds(bounds))
        : three.every((one) => one)
          ? (three as L.LatLngLiteral[])
          : [];
    return new Overlay(props['src'], number(props['opacity']) ?? 1, at, pane);
}

const upright = (box: L.LatLngBounds): L.LatLng[] => [box.getNorthWest(), box.getSouthWest(), box.getSouthEast()];

class Overlay extends L.Layer {
    private readonly element = el('img', 't-map-image leaflet-zoom-hide');
    private readonly picture = new Picture(this.element);

    constructor(
        src: unknown,
        opacity: number,
        private readonly at: L.LatLngExpression[],
        pane: string,
    ) {
        super();
        L.setOptions(this, { pane });
        this.element.alt = '';
        this.picture.show(src);
        setStyle(this.element, { opacity: String(Math.max(0, Math.min(1, opacity))) });
        this.element.addEventListener('load', () => this.settle());
    }

    override onAdd(map: L.Map): this {
        this.getPane()!.append(this.element);
        map.on('zoomend viewreset', this.settle, this);
        this.settle();
        return this;
    }

    override onRemove(map: L.Map): this {
        map.off('zoomend viewreset', this.settle, this);
        this.element.remove();
        this.picture.dispose();
        return this;
    }

    // Three corners say what becomes of a picture's width and height.
    private settle(): void {
        const { naturalWidth: width, naturalHeight: height } = this.element;
        const map = this._map as L.Map | undefined;
        if (!map || !width || !height || this.at.length < 3) return;
        const [corner, below, across] = this.at.map((place) => map.latLngToLayerPoint(place)) as [
            L.Point,
            L.Point,
            L.Point,
        ];
        const right = across.subtract(below).divideBy(width);
        const down = below.subtract(corner).divideBy(height);
        const matrix = [right.x, right.y, down.x, down.y, corner.x, corner.y].join(', ');
        setStyle(this.element, { ...this.look(), transform: `matrix(${matrix})` });
    }

    private look(): { opacity: string } {
        return { opacity: this.element.style.opacity };
    }
}
