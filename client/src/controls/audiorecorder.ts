// Records what the microphone hears: into a file of the page, to an upload's URL, or piece by piece to the server.

import type { Context, Widget } from '../dom/widget.ts';
import { fileUrl } from '../core/links.ts';
import { wavHead } from '../core/wav.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { number, text } from '../core/values.ts';
import { answering, unseen, type Calls } from '../dom/service.ts';
import { grantOf, mediaDevices } from './grants.ts';
import { canEncode, listen, type Rules, type Take } from './microphone.ts';

// What a page keeps of one recording; an hour of CD sound has 600 MiB.
const MOST_BYTES = 256 * 1024 * 1024;
// A piece that goes to the server.
const STREAM_BYTES = 32 * 1024;

type Upload = { to: string; method: string; headers: [string, string][]; name: string };

const CALLS: Calls<Recorder> = {
    start_recording: (recorder, args) => recorder.start(args),
    stop_recording: (recorder) => recorder.stop(),
    cancel_recording: (recorder) => recorder.cancel(),
    pause_recording: (recorder) => recorder.pause(true),
    resume_recording: (recorder) => recorder.pause(false),
    is_recording: (recorder) => recorder.state !== 'stopped',
    is_paused: (recorder) => recorder.state === 'paused',
    is_supported_encoder: (_recorder, args) => canEncode(text(args['encoder'])),
    has_permission: () => grantOf('microphone'),
    get_input_devices: async () => {
        const devices = await mediaDevices('microphone').enumerateDevices();
        const ears = devices.filter(({ kind }) => kind === 'audioinput');
        return ears.map(({ deviceId, label }) => ({ id: deviceId, label: label || 'Microphone' }));
    },
};

export function audioRecorder(context: Context): Widget {
    const recorder = new Recorder(context);
    return {
        root: unseen(),
        update: () => undefined,
        invoke: answering(CALLS, recorder),
        dispose: () => void recorder.cancel(),
    };
}

class Recorder {
    state: 'stopped' | 'recording' | 'paused' = 'stopped';
    private stream: MediaStream | undefined;
    private take: Take | undefined;
    private upload: Upload | undefined;
    private rules: Rules = rulesOf({});
    private pieces: Uint8Array[] = [];
    private bytes = 0;
    private streamed = new Uint8Array();
    private sequence = 0;
    private sent = 0;

    constructor(private readonly context: Context) {}

    async start(args: ValueMap): Promise<Value> {
        if (this.take) throw new Error('It is recording already');
        const given = args['configuration'] ?? this.context.get('configuration');
        const wishes: ValueMap = isMap(given) ? given : {};
        this.rules = rulesOf(wishes);
        if (!canEncode(this.rules.encoder)) throw new Error(`This browser records no ${this.rules.encoder}`);
        this.upload = isMap(args['upload']) ? uploadOf(args['upload']) : undefined;
        const isStreamed = this.context.handles('stream');
        if (isStreamed && this.rules.encoder !== 'pcm16bits')
            throw new Error('Only recordings as pcm16bits are streamed');
        this.pieces = [];
        this.bytes = this.sequence = this.sent = 0;
        this.streamed = new Uint8Array();
        this.stream = await mediaDevices('microphone').getUserMedia({ audio: earOf(wishes, this.rules) });
        this.take = await listen(this.stream, this.rules, (piece) => this.hear(piece, isStreamed)).catch((error) => {
            this.letGo();
            throw error;
        });
        this.tell('recording');
        return true;
    }

    // The address of the recording within this page, good for an Audio; null where it went to the server.
    async stop(): Promise<Value> {
        const { take, upload } = this;
        if (!take) return null;
        await take.end();
        this.letGo();
        if (this.streamed.length) this.sendStreamed(this.streamed.length);
        const file = this.file(take.type);
        this.pieces = [];
        this.tell('stopped');
        if (upload) {
            await this.send(file, upload);
            return null;
        }
        return this.sequence ? null : URL.createObjectURL(file);
    }

    async cancel(): Promise<Value> {
        const { take, upload } = this;
        if (!take) return null;
        await take.end();
        this.letGo();
        this.pieces = [];
        this.streamed = new Uint8Array();
        if (upload) this.report(upload, { error: 'Recording cancelled' });
        this.tell('stopped');
        return null;
    }

    pause(isWanted: boolean): Value {
        const wanted = isWanted ? 'paused' : 'recording';
        if (!this.take || this.state === wanted) return null;
        if (isWanted) this.take.pause();
        else this.take.resume();
        this.tell(wanted);
        return null;
    }

    private hear(piece: Uint8Array, isStreamed: boolean): void {
        if (isStreamed) {
            this.streamed = joined(this.streamed, piece);
            while (this.streamed.length >= STREAM_BYTES) this.sendStreamed(STREAM_BYTES);
            if (!this.upload) return;
        }
        this.bytes += piece.length;
        if (this.bytes <= MOST_BYTES) this.pieces.push(piece);
        else if (this.state === 'recording') {
            console.warn('troupe: AudioRecorder: the recording is as long as a page can keep it');
            this.pause(true);
        }
    }

    private sendStreamed(bytes: number): void {
        const chunk = this.streamed.slice(0, bytes);
        this.streamed = this.streamed.slice(bytes);
        this.sent += chunk.length;
        this.context.emit('stream', { chunk, sequence: ++this.sequence, bytes_streamed: this.sent });
    }

    private file(type: string): Blob {
        const { channels, rate, encoder } = this.rules;
        const bytes = this.pieces.reduce((sum, piece) => sum + piece.length, 0);
        const head = encoder === 'wav' ? [wavHead(bytes, channels, rate)] : [];
        return new Blob([...head, ...(this.pieces as Uint8Array<ArrayBuffer>[])], { type });
    }

    private async send(file: Blob, upload: Upload): Promise<void> {
        this.report(upload, { progress: 0, bytes_uploaded: 0 });
        try {
            const answer = await fetch(upload.to, { method: upload.method, headers: upload.headers, body: file });
            if (!answer.ok) throw new Error(`Upload endpoint returned code ${answer.status}`);
            this.report(upload, { progress: 1, bytes_uploaded: file.size });
        } catch (error) {
            this.report(upload, { error: (error as Error).message });
        }
    }

    private report({ name }: Upload, facts: ValueMap): void {
        this.context.emit('upload', {
            file_name: name || null,
            progress: null,
            bytes_uploaded: null,
            error: null,
            ...facts,
        });
    }

    private letGo(): void {
        for (const track of this.stream?.getTracks() ?? []) track.stop();
        this.stream = this.take = undefined;
    }

    private tell(state: 'stopped' | 'recording' | 'paused'): void {
        this.state = state;
        this.context.emit('state_change', { state });
    }
}

function rulesOf(given: ValueMap): Rules {
    return {
        encoder: text(given['encoder']) || 'wav',
        channels: number(given['channels']) === 1 ? 1 : 2,
        rate: Math.max(8000, Math.min(96_000, number(given['sample_rate']) ?? 44_100)),
        bits: number(given['bit_rate']) ?? 128_000,
    };
}

function earOf(given: ValueMap, { channels, rate }: Rules): MediaTrackConstraints {
    const device = isMap(given['device']) ? text(given['device']['id']) : '';
    return {
        ...(device && { deviceId: { exact: device } }),
        noiseSuppression: given['suppress_noise'] === true,
        echoCancellation: given['cancel_echo'] === true,
        autoGainControl: given['auto_gain'] === true,
        channelCount: channels,
        sampleRate: rate,
    };
}

function uploadOf(given: ValueMap): Upload {
    const to = fileUrl(given['upload_url'], document.baseURI);
    if (!to) throw new Error('The upload URL is none');
    const headers = isMap(given['headers']) ? Object.entries(given['headers']) : [];
    const method = /^post$/i.test(text(given['method'])) ? 'POST' : 'PUT';
    return { to, method, headers: headers.map(([name, value]) => [name, text(value)]), name: text(given['file_name']) };
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
    const both = new Uint8Array(one.length + other.length);
    both.set(one);
    both.set(other, one.length);
    return both;
}
