// Pan and zoom of an InteractiveViewer: a scale, and an offset of the content's corner within the window, in pixels.

export type Transform = { scale: number; x: number; y: number };
export type Size = { width: number; height: number };
export type Sides = { left: number; top: number; right: number; bottom: number };
export type Point = { x: number; y: number };

export const IDENTITY: Transform = { scale: 1, x: 0, y: 0 };

export function zoomed(now: Transform, factor: number, around: Point, least: number, most: number): Transform {
    const scale = Math.min(Math.max(now.scale * factor, least), most);
    const by = scale / now.scale;
    return { scale, x: around.x - (around.x - now.x) * by, y: around.y - (around.y - now.y) * by };
}

// The content, with its margin around, does not leave the window; what is smaller than the window stays within.
export function bounded(now: Transform, window: Size, content: Size, margin: Sides): Transform {
    const axis = (at: number, room: number, size: number, before: number, after: number) => {
        const [least, most] = [room - (size + after) * now.scale, before * now.scale];
        return least > most ? Math.min(Math.max(at, most), least) : Math.min(Math.max(at, least), most);
    };
    return {
        scale: now.scale,
        x: axis(now.x, window.width, content.width, margin.left, margin.right),
        y: axis(now.y, window.height, content.height, margin.top, margin.bottom),
    };
}
