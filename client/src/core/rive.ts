// What the page and the player of Rive's animations say to each other, and where an animation lies on its canvas. Pure.

export type RiveRules = {
    readonly artboard: string; // '': the file's own
    readonly animations: readonly string[];
    readonly machines: readonly string[];
    readonly fit: string;
    readonly alignment: { readonly x: number; readonly y: number };
    readonly speed: number;
    readonly runs: boolean; // false: it shows where it begins
};
export type RiveSize = { readonly width: number; readonly height: number; readonly scale: number };
export type RivePointer = 'down' | 'move' | 'up' | 'exit';

// A canvas is the page's, of which this knows nothing.
export type ToRive<Canvas = unknown> =
    | { readonly kind: 'start'; readonly code: ArrayBuffer }
    | {
          readonly kind: 'open';
          readonly id: number;
          readonly bytes: Uint8Array;
          readonly canvas: Canvas;
          readonly rules: RiveRules;
          readonly size: RiveSize;
      }
    | { readonly kind: 'rules'; readonly id: number; readonly rules: RiveRules }
    | { readonly kind: 'size'; readonly id: number; readonly size: RiveSize }
    | {
          readonly kind: 'pointer';
          readonly id: number;
          readonly what: RivePointer;
          readonly x: number;
          readonly y: number;
          readonly finger: number;
      }
    | { readonly kind: 'close'; readonly id: number };

export type FromRive =
    | {
          readonly kind: 'opened';
          readonly id: number;
          readonly width: number;
          readonly height: number;
          readonly listens: boolean;
      }
    | { readonly kind: 'failed'; readonly id: number; readonly message: string };

export type Box = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
export type Place = { readonly scaleX: number; readonly scaleY: number; readonly x: number; readonly y: number };

// How a content lies in a frame that begins at 0, 0. Alignment: -1, -1 is the upper left corner, 1, 1 the lower right.
export function placeOf(
    fit: string,
    alignment: { readonly x: number; readonly y: number },
    frame: { readonly width: number; readonly height: number },
    content: Box,
): Place {
    const width = content.maxX - content.minX || 1;
    const height = content.maxY - content.minY || 1;
    const wide = frame.width / width;
    const high = frame.height / height;
    const scales: { readonly [fit: string]: number } = {
        cover: Math.max(wide, high),
        fitwidth: wide,
        fitheight: high,
        none: 1,
        scaledown: Math.min(wide, high, 1),
    };
    const name = fit.toLowerCase();
    const even = (Object.hasOwn(scales, name) ? scales[name] : undefined) ?? Math.min(wide, high);
    const [scaleX, scaleY] = name === 'fill' ? [wide, high] : [even, even];
    return {
        scaleX,
        scaleY,
        x: ((frame.width - width * scaleX) * (alignment.x + 1)) / 2 - content.minX * scaleX,
        y: ((frame.height - height * scaleY) * (alignment.y + 1)) / 2 - content.minY * scaleY,
    };
}
