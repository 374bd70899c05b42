// The lamp of a camera. Browsers light it for as long as the page has that camera.

import type { Context, Widget } from '../dom/widget.ts';
import { answering, unseen, type Calls } from '../dom/service.ts';
import { mediaDevices } from './grants.ts';

const NONE = 'This device has no lamp that a page may switch on';

const CALLS: Calls<Lamp> = {
    on: (lamp) => lamp.inTurn(() => lamp.on()),
    off: (lamp) => lamp.inTurn(() => lamp.off()),
    is_available: (lamp) => lamp.inTurn(() => lamp.isThere()),
};

export function flashlight(_context: Context): Widget {
    const lamp = new Lamp();
    return {
        root: unseen(),
        update: () => undefined,
        invoke: answering(CALLS, lamp),
        dispose: () => lamp.end(),
    };
}

export class Lamp {
    private track: MediaStreamTrack | undefined;
    private last: Promise<unknown> = Promise.resolve();
    private hasEnded = false;

    // One call after the other: a camera that is being asked for cannot be given back yet.
    inTurn(call: () => Promise<boolean>): Promise<boolean> {
        const answer = this.last.then(call, call);
        this.last = answer.catch(() => undefined);
        return answer;
    }

    async on(): Promise<boolean> {
        if (this.track?.readyState === 'live') return true;
        const track = await this.find();
        if (!track) throw new Error(NONE);
        try {
            await track.applyConstraints({ advanced: [{ torch: true } as MediaTrackConstraintSet] });
        } catch (error) {
            track.stop();
            throw error;
        }
        this.track = track;
        if (this.hasEnded) this.stop();
        return true;
    }

    off(): Promise<boolean> {
        this.stop();
        return Promise.resolve(true);
    }

    // Which camera has one is known once it is on: the person may be asked.
    async isThere(): Promise<boolean> {
        if (this.track?.readyState === 'live') return true;
        try {
            const track = await this.find();
            track?.stop();
            return track !== undefined;
        } catch (error) {
            if ((error as DOMException).name === 'NotFoundError') return false;
            throw error;
        }
    }

    end(): void {
        this.hasEnded = true;
        this.stop();
    }

    private stop(): void {
        this.track?.stop();
        this.track = undefined;
    }

    private async find(): Promise<MediaStreamTrack | undefined> {
        if (this.hasEnded) return undefined;
        const wish = { video: { facingMode: 'environment' } };
        const stream = await mediaDevices('camera').getUserMedia(wish).catch(inWords);
        const [track] = stream.getVideoTracks();
        const can = (track?.getCapabilities?.() ?? {}) as { torch?: boolean };
        if (track && can.torch) return track;
        track?.stop();
        return undefined;
    }
}

function inWords(error: DOMException): never {
    if (error.name !== 'NotAllowedError') throw error;
    throw new Error('The person does not let this page use the camera, whose lamp it is');
}
