// Plays animations of Rive in a worker. Its player is WebAssembly, which the policy of pages does not let run; that of
// this worker does, and lets it reach nothing else.

import Rive, {
    type Artboard,
    type File,
    type LinearAnimationInstance,
    type RiveCanvas,
    type StateMachineInstance,
    type WrappedRenderer,
} from '@rive-app/canvas-advanced-lite';
import { placeOf, type FromRive, type RivePointer, type RiveRules, type RiveSize, type ToRive } from '../core/rive.ts';

type Message = ToRive<OffscreenCanvas>;
type Opening = Extract<Message, { kind: 'open' }>;

// A page that was out of sight goes on where it was.
const LONGEST_STEP_S = 0.1;

const scope = self as unknown as {
    onmessage: (event: MessageEvent<Message>) => void;
    postMessage(message: FromRive): void;
};

class Figure {
    private artboard: Artboard | undefined;
    private animations: LinearAnimationInstance[] = [];
    private machines: StateMachineInstance[] = [];
    private readonly renderer: WrappedRenderer;
    isMoving = true;

    constructor(
        private readonly rive: RiveCanvas,
        private readonly file: File,
        private readonly canvas: OffscreenCanvas,
        private rules: RiveRules,
        private size: RiveSize,
    ) {
        this.renderer = rive.makeRenderer(canvas);
        this.begin();
    }

    get bounds(): { width: number; height: number; listens: boolean } {
        const { minX, minY, maxX, maxY } = this.artboard!.bounds;
        const listens = this.machines.some((machine) => this.rive.hasListeners(machine));
        return { width: maxX - minX, height: maxY - minY, listens };
    }

    // What is played anew begins anew; how it lies and how fast it is may change as it goes.
    obey(rules: RiveRules): boolean {
        const playOf = ({ artboard, animations, machines, runs }: RiveRules) =>
            JSON.stringify([artboard, animations, machines, runs]);
        const isOther = playOf(rules) !== playOf(this.rules);
        this.rules = rules;
        this.isMoving = true;
        if (isOther) this.begin();
        return isOther;
    }

    resize(size: RiveSize): void {
        this.size = size;
        this.isMoving = true;
    }

    point(what: RivePointer, x: number, y: number, finger: number): void {
        const { scaleX, scaleY, x: left, y: top } = this.place();
        const [atX, atY] = [(x - left) / scaleX, (y - top) / scaleY];
        for (const machine of this.machines)
            if (what === 'down') machine.pointerDown(atX, atY, finger);
            else if (what === 'up') machine.pointerUp(atX, atY, finger);
            else if (what === 'move') machine.pointerMove(atX, atY, finger);
            else machine.pointerExit(atX, atY, finger);
        this.isMoving = true;
    }

    step(seconds: number): void {
        const time = this.rules.runs ? seconds * this.rules.speed : 0;
        const artboard = this.artboard!;
        let isMoving = false;
        for (const animation of this.animations) {
            isMoving = animation.advance(time) || isMoving;
            animation.apply(1);
        }
        for (const machine of this.machines) isMoving = machine.advanceAndApply(time) || isMoving;
        if (!this.machines.length) isMoving = artboard.advance(time) || isMoving;
        this.draw(artboard);
        this.isMoving = isMoving && this.rules.runs && this.rules.speed !== 0;
    }

    close(): void {
        this.end();
        this.renderer.delete();
        this.file.unref();
    }

    private place() {
        const { fit, alignment } = this.rules;
        return placeOf(fit, alignment, this.size, this.artboard!.bounds);
    }

    private draw(artboard: Artboard): void {
        const { width, height, scale } = this.size;
        const [wide, high] = [Math.round(width * scale) || 1, Math.round(height * scale) || 1];
        if (this.canvas.width !== wide) this.canvas.width = wide;
        if (this.canvas.height !== high) this.canvas.height = high;
        const { scaleX, scaleY, x, y } = this.place();
        // Its types say one matrix; what it takes is six numbers, as a canvas does.
        const renderer = this.renderer as unknown as Omit<WrappedRenderer, 'transform'> & {
            transform(...matrix: number[]): void;
        };
        renderer.clear();
        renderer.save();
        renderer.transform(scaleX * scale, 0, 0, scaleY * scale, x * scale, y * scale);
        artboard.draw(this.renderer as never);
        renderer.restore();
        renderer.flush();
    }

    private begin(): void {
        this.end();
        const { artboard: name, animations, machines } = this.rules;
        const artboard = name ? this.file.artboardByName(name) : this.file.defaultArtboard();
        if (!artboard) throw new Error(name ? `It has no artboard ${name}` : 'It has no artboard');
        this.artboard = artboard;
        const { LinearAnimationInstance, StateMachineInstance } = this.rive;
        const found = animations.map((one) => artboard.animationByName(one)).filter(Boolean);
        const foundMachines = machines.map((one) => artboard.stateMachineByName(one)).filter(Boolean);
        // As Flet's own client: what nobody names is the first machine, or else the first animation.
        if (!animations.length && !machines.length) {
            if (artboard.stateMachineCount()) foundMachines.push(artboard.stateMachineByIndex(0));
            else if (artboard.animationCount()) found.push(artboard.animationByIndex(0));
        }
        this.animations = found.map((one) => new LinearAnimationInstance(one, artboard));
        this.machines = foundMachines.map((one) => new StateMachineInstance(one, artboard));
    }

    private end(): void {
        for (const one of [...this.animations, ...this.machines]) one.delete();
        this.artboard?.delete();
        this.animations = [];
        this.machines = [];
        this.artboard = undefined;
    }
}

class Stage {
    private readonly figures = new Map<number, Figure>();
    private readonly coming = new Set<number>();
    private isDrawing = false;
    private lastMs = 0;

    constructor(private readonly rive: Promise<RiveCanvas>) {}

    hear(message: Exclude<Message, { kind: 'start' }>): void {
        const { kind, id } = message;
        if (kind === 'open') return void this.open(message).catch((error: unknown) => this.fail(id, error));
        const figure = this.figures.get(id);
        if (kind === 'close') {
            this.coming.delete(id);
            this.figures.delete(id);
            return figure?.close();
        }
        if (!figure) return;
        try {
            if (kind === 'size') figure.resize(message.size);
            else if (kind === 'pointer') figure.point(message.what, message.x, message.y, message.finger);
            else if (figure.obey(message.rules)) this.tell(id, figure);
            this.draw();
        } catch (error) {
            this.figures.delete(id);
            this.fail(id, error);
        }
    }

    private async open({ id, bytes, canvas, rules, size }: Opening): Promise<void> {
        this.coming.add(id);
        const rive = await this.rive;
        // Nothing is fetched from Rive's own site.
        const file = await rive.load(bytes, undefined, false);
        if (!file) throw new Error('It is no animation of Rive');
        if (!this.coming.delete(id)) return file.unref();
        const figure = new Figure(rive, file, canvas, rules, size);
        this.figures.set(id, figure);
        this.tell(id, figure);
        this.draw();
    }

    private fail(id: number, error: unknown): void {
        this.coming.delete(id);
        scope.postMessage({ kind: 'failed', id, message: String((error as Error | undefined)?.message ?? error) });
    }

    private tell(id: number, figure: Figure): void {
        scope.postMessage({ kind: 'opened', id, ...figure.bounds });
    }

    private draw(): void {
        if (this.isDrawing) return;
        this.isDrawing = true;
        this.lastMs = 0;
        requestAnimationFrame((ms) => void this.tick(ms));
    }

    private async tick(ms: number): Promise<void> {
        const seconds = this.lastMs ? Math.min((ms - this.lastMs) / 1000, LONGEST_STEP_S) : 0;
        this.lastMs = ms;
        const moving = [...this.figures.values()].filter(({ isMoving }) => isMoving);
        for (const figure of moving) figure.step(seconds);
        (await this.rive).resolveAnimationFrame();
        this.isDrawing = moving.length > 0;
        if (this.isDrawing) requestAnimationFrame((next) => void this.tick(next));
    }
}

// The player asks for canvases and pictures of a document, which a worker has in another form.
class Picture extends OffscreenCanvas {
    onload: () => void = () => undefined;

    constructor() {
        super(1, 1);
    }

    set src(url: string) {
        void this.show(url);
    }

    // A picture that cannot be read is one that shows nothing: the player waits for all of them.
    private async show(url: string): Promise<void> {
        try {
            const picture = await createImageBitmap(await (await fetch(url)).blob());
            this.width = picture.width;
            this.height = picture.height;
            this.getContext('2d')!.drawImage(picture, 0, 0);
        } catch (error) {
            console.warn(`troupe: a picture of an animation: ${String(error)}`);
        }
        this.onload();
    }
}

function start(code: ArrayBuffer): Promise<RiveCanvas> {
    const document = { createElement: () => new OffscreenCanvas(1, 1) };
    Object.assign(globalThis, { document, Image: Picture });
    return Rive({ locateFile: (name) => name, wasmBinary: code });
}

// Shared: a worker has one player, whose code comes while it is asked for animations already.
let code: (bytes: ArrayBuffer) => void;
// Shared: as its code is.
const stage = new Stage(
    new Promise<ArrayBuffer>((done) => {
        code = done;
    }).then(start),
);
scope.onmessage = ({ data }) => {
    if (data.kind === 'start') code(data.code);
    else stage.hear(data);
};
