// Pictures that an app sends as bytes, one after the other, over a data channel; each is answered once it is drawn.

import type { Context, Widget } from '../dom/widget.ts';
import { Channels } from '../dom/channels.ts';
import { FITS } from '../core/fits.ts';
import { lookup, oneOf } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';

const NAME = 'frames';
const ENCODED = 1;
const CLEAR = 3;
const PIXELS = 4;
const HEAD_BYTES = 9;
const DRAWN = Uint8Array.of(0xff);
// More than any screen has.
const MOST_PX = 16384;

export function rawImage(context: Context): Widget {
    const root = el('canvas', 't-raw-image');
    const channels = context.surface.of(Channels);
    let turn: Promise<void> = Promise.resolve();
    root.width = root.height = 0;
    // A picture that takes long to be read is not overtaken.
    const channel = channels.open(context, NAME, (bytes) => {
        turn = turn
            .then(() => draw(root, bytes))
            .catch((error) => context.renderer.report('RawImage', error))
            .then(() => channel.send(DRAWN));
    });
    return {
        root,
        update() {
            const label = context.text('tooltip');
            setAttribute(root, 'role', label ? 'img' : undefined);
            setAttribute(root, 'aria-label', label || undefined);
            setAttribute(root, 'aria-hidden', label ? undefined : 'true');
            context.rootStyle = {
                'object-fit': lookup(FITS, context.get('fit')) ?? 'contain',
                'max-width': '100%',
                'image-rendering': oneOf(context.get('filter_quality'), ['none']) ? 'pixelated' : undefined,
            };
        },
        dispose: () => channel.close(),
    };
}

async function draw(canvas: HTMLCanvasElement, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const [kind] = bytes;
    if (kind === CLEAR) return canvas.getContext('2d')!.clearRect(0, 0, canvas.width, canvas.height);
    if (kind === PIXELS) return drawPixels(canvas, bytes);
    if (kind !== ENCODED) throw new Error(`a picture of kind ${kind}`);
    const picture = await createImageBitmap(new Blob([bytes.subarray(1)]));
    resize(canvas, picture.width, picture.height);
    canvas.getContext('2d')!.drawImage(picture, 0, 0);
    picture.close();
}

// Premultiplied, as drawing machines have it; a canvas takes colours as they are.
function drawPixels(canvas: HTMLCanvasElement, bytes: Uint8Array<ArrayBuffer>): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLong = bytes.length >= HEAD_BYTES;
    const [width, height] = isLong ? [view.getUint32(1, true), view.getUint32(5, true)] : [0, 0];
    const isGood = width > 0 && height > 0 && width <= MOST_PX && height <= MOST_PX;
    if (!isGood || bytes.length !== HEAD_BYTES + width * height * 4) throw new Error('pixels of another size');
    const data = new Uint8ClampedArray(bytes.subarray(HEAD_BYTES));
    for (let at = 0; at < data.length; at += 4) {
        const alpha = data[at + 3]!;
        if (alpha === 0 || alpha === 255) continue;
        for (let i = at; i < at + 3; i++) data[i] = (data[i]! * 255) / alpha;
    }
    resize(canvas, width, height);
    canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0);
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
}
