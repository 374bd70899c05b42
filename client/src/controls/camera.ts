// What the device's camera sees, and pictures and films of it.

import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { number, point, text } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { answering, type Calls } from '../dom/service.ts';
import { adopt } from '../dom/sheet.ts';
import { Lens, lensesOf } from './cameralens.ts';
import { MOST_BYTES, pictureOf } from './frames.ts';
import css from './camera.css?text';

// Pictures for the server to look at, one after the other.
const FRAME_PAUSE_MS = 200;
const FRAME_WIDEST_PX = 640;

const CALLS: Calls<Eye> = {
    get_available_cameras: () => lensesOf(),
    initialize: (eye, args) => eye.open(args),
    set_description: (eye, args) => eye.turnTo(args['description']),
    get_exposure_offset_step_size: (eye) => eye.lens.range('exposureCompensation').step,
    get_min_exposure_offset: (eye) => eye.lens.range('exposureCompensation').min,
    get_max_exposure_offset: (eye) => eye.lens.range('exposureCompensation').max,
    get_min_zoom_level: (eye) => eye.lens.range('zoom').min,
    get_max_zoom_level: (eye) => eye.lens.range('zoom').max,
    pause_preview: (eye) => eye.pausePreview(true),
    resume_preview: (eye) => eye.pausePreview(false),
    take_picture: (eye) => eye.takePicture(),
    prepare_for_video_recording: () => null,
    start_video_recording: (eye) => eye.record(),
    pause_video_recording: (eye) => eye.pauseRecording(true),
    resume_video_recording: (eye) => eye.pauseRecording(false),
    stop_video_recording: (eye) => eye.stopRecording(),
    supports_image_streaming: () => true,
    start_image_stream: (eye) => eye.stream(true),
    stop_image_stream: (eye) => eye.stream(false),
    set_exposure_mode: (eye, args) => eye.set('exposure_mode', args['mode']),
    set_focus_mode: (eye, args) => eye.set('focus_mode', args['mode']),
    set_flash_mode: (eye, args) => eye.set('flash_mode', args['mode']),
    set_exposure_point: (eye, args) => eye.look(args['point']),
    set_focus_point: (eye, args) => eye.look(args['point']),
    async set_exposure_offset(eye, args) {
        return await eye.lens.apply('exposureCompensation', number(args['offset']) ?? 0);
    },
    async set_zoom_level(eye, args) {
        await eye.lens.apply('zoom', number(args['zoom']) ?? 1);
        return null;
    },
};

export function camera(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-camera');
    const film = el('video');
    const over = el('div', 't-camera-over');
    film.muted = film.playsInline = film.autoplay = true;
    root.append(film, over);
    const eye = new Eye(context, film);
    return {
        root,
        update() {
            film.hidden = !eye.isOpen || !context.is('preview_enabled', true);
            setAttribute(film, 'aria-label', context.text('tooltip') || 'Camera');
            context.place(over, context.children('content'));
        },
        invoke: answering(CALLS, eye),
        dispose: () => eye.close(),
    };
}

class Eye {
    private device: Lens | undefined;
    private recorder: MediaRecorder | undefined;
    private pieces: Blob[] = [];
    private wishes: ValueMap = {};
    private isTaking = false;
    private isPaused = false;
    private streaming = 0;
    private readonly modes: ValueMap = { exposure_mode: 'auto', focus_mode: 'auto', flash_mode: 'off' };

    constructor(
        private readonly context: Context,
        private readonly film: HTMLVideoElement,
    ) {}

    get isOpen(): boolean {
        return this.device !== undefined;
    }

    get lens(): Lens {
        if (!this.device) throw new Error('Camera is not initialized. Call initialize() first.');
        return this.device;
    }

    async open(args: ValueMap): Promise<Value> {
        if (!isMap(args['description'])) throw new Error('initialize needs the description of a camera');
        this.close();
        this.wishes = args;
        this.device = await Lens.open(args);
        this.film.srcObject = this.device.stream;
        this.film.hidden = !this.context.is('preview_enabled', true);
        this.isPaused = false;
        await this.film.play();
        this.tell();
        return null;
    }

    async turnTo(description: Value | undefined): Promise<Value> {
        void this.lens;
        return await this.open({ ...this.wishes, description: description ?? null });
    }

    close(): void {
        clearInterval(this.streaming);
        this.streaming = 0;
        if (this.recorder?.state !== 'inactive') this.recorder?.stop();
        this.recorder = undefined;
        this.device?.close();
        this.device = undefined;
        this.film.srcObject = null;
    }

    async pausePreview(isWanted: boolean): Promise<Value> {
        void this.lens;
        this.isPaused = isWanted;
        if (isWanted) this.film.pause();
        else await this.film.play();
        this.tell();
        return null;
    }

    async takePicture(): Promise<Value> {
        void this.lens;
        this.isTaking = true;
        this.tell();
        try {
            return await pictureOf(this.film);
        } finally {
            this.isTaking = false;
            this.tell();
        }
    }

    record(): Value {
        const bits = {
            videoBitsPerSecond: number(this.wishes['video_bitrate']),
            audioBitsPerSecond: number(this.wishes['audio_bitrate']),
        };
        const rules = Object.fromEntries(Object.entries(bits).filter(([, value]) => value !== undefined));
        const recorder = (this.recorder = new MediaRecorder(this.lens.stream, rules));
        this.pieces = [];
        recorder.addEventListener('dataavailable', ({ data }) => this.pieces.push(data));
        recorder.start();
        this.tell();
        return null;
    }

    pauseRecording(isWanted: boolean): Value {
        const recorder = this.recording();
        if (isWanted) recorder.pause();
        else recorder.resume();
        this.tell();
        return null;
    }

    async stopRecording(): Promise<Value> {
        const recorder = this.recording();
        const isOver = new Promise((done) => recorder.addEventListener('stop', done, { once: true }));
        recorder.stop();
        await isOver;
        this.recorder = undefined;
        this.tell();
        const film = new Blob(this.pieces, { type: recorder.mimeType });
        this.pieces = [];
        if (film.size > MOST_BYTES)
            throw new Error(
                `The film has ${Math.ceil(film.size / 1024)} KiB, and ${MOST_BYTES / 1024} can be sent: shorter, smaller, or with a lower video_bitrate`,
            );
        return new Uint8Array(await film.arrayBuffer());
    }

    stream(isWanted: boolean): Value {
        void this.lens;
        clearInterval(this.streaming);
        let isBusy = false;
        const send = async () => {
            if (isBusy || !this.context.handles('stream_image')) return;
            isBusy = true;
            const bytes = await pictureOf(this.film, 'image/jpeg', FRAME_WIDEST_PX).catch(() => null);
            isBusy = false;
            const [width, height] = [this.film.videoWidth, this.film.videoHeight];
            if (bytes && this.streaming)
                this.context.emit('stream_image', { width, height, format: 'jpeg', encoded_format: 'jpeg', bytes });
        };
        this.streaming = isWanted ? window.setInterval(() => void send(), FRAME_PAUSE_MS) : 0;
        this.tell();
        return null;
    }

    async set(name: string, mode: Value | undefined): Promise<Value> {
        await this.lens.mode(name, text(mode));
        this.modes[name] = text(mode);
        this.tell();
        return null;
    }

    async look(value: Value | undefined): Promise<Value> {
        const at = point(value);
        await this.lens.look(at);
        return null;
    }

    private recording(): MediaRecorder {
        if (!this.recorder) throw new Error('No video is being recorded');
        return this.recorder;
    }

    private tell(): void {
        if (!this.context.handles('state_change')) return;
        const { width, height } = this.device?.size() ?? { width: 0, height: 0 };
        const turn = { locked_capture_orientation: null, recording_orientation: null, preview_pause_orientation: null };
        this.context.emit('state_change', {
            is_initialized: this.isOpen,
            is_recording_video: this.recorder !== undefined,
            is_recording_paused: this.recorder?.state === 'paused',
            is_taking_picture: this.isTaking,
            is_streaming_images: this.streaming !== 0,
            is_preview_paused: this.isPaused,
            is_capture_orientation_locked: false,
            device_orientation: innerWidth > innerHeight ? 'landscapeLeft' : 'portraitUp',
            ...turn,
            ...this.modes,
            exposure_point_supported: this.device?.canLook() ?? false,
            focus_point_supported: this.device?.canLook() ?? false,
            preview_size: { width, height },
            aspect_ratio: height ? width / height : 1,
            error_description: null,
            has_error: false,
            description: this.wishes['description'] ?? null,
        });
    }
}
