// Places on the earth as the protocol has them, and what lies between them. Pure.

import { isMap, type Value, type ValueMap } from './tree.ts';
import { number } from './values.ts';

type In = Value | undefined;
export type Place = { lat: number; lng: number };

const EARTH_RADIUS_M = 6_371_008.8;
const METRES_ROUND = 2 * Math.PI * 6_378_137;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export function place(value: In): Place | undefined {
    if (!isMap(value)) return undefined;
    const lat = number(value['latitude']);
    const lng = number(value['longitude']);
    if (lat === undefined || lng === undefined || Math.abs(lat) > 90) return undefined;
    return { lat, lng };
}

export function places(value: In): Place[] {
    return Array.isArray(value) ? value.flatMap((one) => place(one) ?? []) : [];
}

export function corners(value: In): [Place, Place] | undefined {
    if (!isMap(value)) return undefined;
    const [one, other] = [place(value['corner_1']), place(value['corner_2'])];
    return one && other && [one, other];
}

export const placeMap = ({ lat, lng }: Place): ValueMap => ({ latitude: lat, longitude: lng });

// How many metres a pixel of a tile map has there.
export function metresPerPixel(lat: number, zoom: number): number {
    return (METRES_ROUND * Math.cos(radians(lat))) / (256 * 2 ** zoom);
}

// Along the great circle.
export function distance(from: Place, to: Place): number {
    const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
    const along =
        half(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * half(from.lng, to.lng);
    return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(along)));
}

// The colour of a line at a part of its length: two of its colours, and how much it has of the second.
export function blend(colors: string[], stops: number[], at: number): string {
    const ends =
        stops.length === colors.length ? stops : colors.map((_, index) => index / Math.max(1, colors.length - 1));
    const next = ends.findIndex((stop) => stop >= at);
    if (next <= 0) return colors[next < 0 ? colors.length - 1 : 0]!;
    const [from, to] = [ends[next - 1]!, ends[next]!];
    const part = to > from ? (at - from) / (to - from) : 1;
    return `color-mix(in srgb, ${colors[next]} ${Math.round(part * 100)}%, ${colors[next - 1]})`;
}
