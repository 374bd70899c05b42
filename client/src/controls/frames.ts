// A picture of what a film or a camera shows now.

const FORMATS = new Set(['image/png', 'image/jpeg', 'image/webp']);
// What a message to the server has room for, with the rest of the message.
export const MOST_BYTES = 250 * 1024;
const TRIES = 8;
const SHRINK = 0.75;

// As large as it can be sent; null before there is something to see.
export async function pictureOf(
    film: HTMLVideoElement,
    format = 'image/jpeg',
    widest = Infinity,
): Promise<Uint8Array | null> {
    if (!film.videoWidth) return null;
    const type = FORMATS.has(format) ? format : 'image/png';
    let scale = Math.min(1, widest / film.videoWidth);
    for (let at = 0; at < TRIES; at++, scale *= SHRINK) {
        const blob = await drawn(film, scale, type);
        if (blob.size <= MOST_BYTES) return new Uint8Array(await blob.arrayBuffer());
    }
    throw new Error('The picture is too large to be sent');
}

async function drawn(film: HTMLVideoElement, scale: number, type: string): Promise<Blob> {
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(film.videoWidth * scale));
    canvas.height = Math.max(1, Math.round(film.videoHeight * scale));
    canvas.getContext('2d')!.drawImage(film, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done, fail) => {
        try {
            canvas.toBlob(done, type, 0.9);
        } catch {
            fail(new Error('Browsers let no page read the pictures of a film from another site'));
        }
    });
    if (!blob) throw new Error('This browser makes no picture of it');
    return blob;
}
