// A sound that is heard and not seen.

import type { Context, Widget } from '../dom/widget.ts';
import { mediaUrl } from '../core/links.ts';
import type { Value } from '../core/tree.ts';
import { durationMs, number, oneOf, text } from '../core/values.ts';
import { answering, unseen, type Calls } from '../dom/service.ts';
import { duration, setRate, start } from './playing.ts';

const MODES = ['release', 'loop', 'stop'] as const;

const CALLS: Calls<Sound> = {
    play: (sound, args) => sound.play(durationMs(args['position'])),
    resume: (sound) => sound.play(),
    pause: (sound) => sound.pause(),
    release: (sound) => sound.release(),
    seek: (sound, args) => sound.seek(durationMs(args['position']) ?? 0),
    get_duration: (sound) => sound.time('duration'),
    get_current_position: (sound) => sound.time('currentTime'),
};

export function audio(context: Context): Widget {
    const sound = new Sound(context);
    return {
        root: unseen(),
        update: () => sound.update(),
        invoke: answering(CALLS, sound),
        dispose: () => sound.dispose(),
    };
}

class Sound {
    private readonly element = new Audio();
    private readonly balance = new Balance(this.element);
    private source: Value | undefined;
    private blobUrl = '';
    private isOpen = false;
    private isReleasing = false;
    private toldSecond = -1;
    private volume: number | undefined;

    constructor(private readonly context: Context) {
        const on = (type: string, act: () => void) => this.element.addEventListener(type, act);
        this.element.preload = 'auto';
        on('loadedmetadata', () => context.emit('loaded'));
        on('durationchange', () => context.emit('duration_change', { duration: duration(this.element.duration) }));
        on('playing', () => this.state('playing'));
        on('pause', () => !this.element.ended && !this.isReleasing && this.state('paused'));
        on('ended', () => this.onEnd());
        on('seeked', () => context.emit('seek_complete'));
        on('timeupdate', () => this.tellPosition());
        on('error', () => this.isOpen && console.warn('troupe: Audio:', this.element.error?.message));
    }

    update(): void {
        const { context, element } = this;
        const volume = number(context.get('volume')) ?? 1;
        if (volume !== this.volume && volume >= 0 && volume <= 1) element.volume = this.volume = volume;
        setRate(element, context.get('playback_rate'));
        element.loop = this.mode() === 'loop';
        const source = context.get('src');
        const isOther = source !== this.source;
        this.source = source;
        if (isOther) this.open();
        this.balance.set(number(context.get('balance')) ?? 0, this.isOurs());
        // Browsers may wait for a press of the person: nobody is told, as there is no event for it.
        if (isOther && this.isOpen && context.is('autoplay'))
            this.play().catch((error) => console.warn(`troupe: Audio: ${error.message}`));
    }

    async play(fromMs?: number): Promise<Value> {
        if (!this.isOpen) this.open();
        if (!this.isOpen) throw new Error('Audio has no src that a page may play');
        if (fromMs !== undefined && fromMs !== this.element.currentTime * 1000)
            this.element.currentTime = fromMs / 1000;
        this.balance.wake();
        await start(this.element);
        return null;
    }

    pause(): Value {
        this.element.pause();
        return null;
    }

    seek(ms: number): Value {
        this.element.currentTime = ms / 1000;
        return null;
    }

    release(): Value {
        const wasOpen = this.isOpen;
        this.isReleasing = true;
        this.close();
        if (wasOpen) this.state('stopped');
        return null;
    }

    async time(which: 'duration' | 'currentTime'): Promise<Value> {
        if (!this.isOpen) return null;
        await this.isKnown();
        const seconds = this.element[which];
        return Number.isFinite(seconds) ? duration(seconds) : null;
    }

    dispose(): void {
        this.isReleasing = true;
        this.close();
        this.state('disposed');
        this.balance.dispose();
    }

    private mode(): string {
        return oneOf(this.context.get('release_mode'), MODES) ?? 'release';
    }

    private isOurs(): boolean {
        return this.element.src.startsWith('blob:') || this.element.src.startsWith(location.origin);
    }

    private open(): void {
        this.close();
        const { source, element } = this;
        const bytes = source instanceof Uint8Array ? source : undefined;
        if (bytes) this.blobUrl = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
        const address = bytes ? this.blobUrl : text(source) && mediaUrl(source, document.baseURI);
        if (!address) return;
        element.src = address;
        this.isOpen = true;
        this.isReleasing = false;
        this.toldSecond = -1;
    }

    private close(): void {
        this.element.pause();
        this.isOpen = false;
        if (this.element.hasAttribute('src')) {
            this.element.removeAttribute('src');
            this.element.load();
        }
        URL.revokeObjectURL(this.blobUrl);
        this.blobUrl = '';
    }

    private onEnd(): void {
        this.state('completed');
        if (this.mode() === 'release') {
            this.isReleasing = true;
            this.close();
        } else this.element.currentTime = 0;
    }

    // Once a second, as Flet's own client does.
    private tellPosition(): void {
        const second = Math.round(this.element.currentTime);
        if (!this.isOpen || second === this.toldSecond) return;
        this.toldSecond = second;
        this.context.emit('position_change', { position: second * 1000 });
    }

    private state(state: string): void {
        this.context.emit('state_change', { state });
    }

    // A source that was opened just now is told as 'emptied', too.
    private async isKnown(): Promise<void> {
        const { element } = this;
        while (this.isOpen && !element.error && element.readyState < HTMLMediaElement.HAVE_METADATA)
            await new Promise<void>((done) => {
                for (const type of ['loadedmetadata', 'error', 'emptied'])
                    element.addEventListener(type, () => done(), { once: true });
            });
    }
}

// More to the left or to the right. Only for sounds of this site: browsers make others silent on that way.
class Balance {
    private readonly element: HTMLAudioElement;
    private sound: AudioContext | undefined;
    private panner: StereoPannerNode | undefined;

    constructor(element: HTMLAudioElement) {
        this.element = element;
    }

    set(balance: number, isOurs: boolean): void {
        if (!this.panner && (balance === 0 || !isOurs)) return;
        if (!this.panner) {
            this.sound = new AudioContext();
            this.panner = this.sound.createStereoPanner();
            this.sound.createMediaElementSource(this.element).connect(this.panner).connect(this.sound.destination);
        }
        this.panner.pan.value = Math.max(-1, Math.min(1, balance));
    }

    wake(): void {
        void this.sound?.resume();
    }

    dispose(): void {
        void this.sound?.close();
    }
}
