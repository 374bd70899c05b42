// The FilePicker service: choose files, save one, upload with progress. On demand.

import { fileUrl } from '../core/links.ts';
import { lookup, number, text } from '../core/values.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';

type Emit = (event: string, data: Value) => void;

const TYPES: { [type: string]: string } = {
    image: 'image/*',
    video: 'video/*',
    audio: 'audio/*',
    media: 'image/*,video/*',
};

// One packet of the browser has a bound (core/connection.ts), and names go with it.
export const DATA_CAP_BYTES = 192 * 1024;

export class FilePicker {
    // Chosen files wait here for an upload; a new choice replaces them.
    private chosen = new Map<number, File>();
    private lastId = 0;
    // One file after the other, of all calls.
    private last: Promise<void> = Promise.resolve();

    async pick(args: ValueMap): Promise<Value> {
        const input = document.createElement('input');
        input.type = 'file';
        input.multiple = args['allow_multiple'] === true;
        const extensions = args['allowed_extensions'];
        input.accept = Array.isArray(extensions)
            ? extensions.map((name) => `.${text(name).replace(/^\./, '')}`).join(',')
            : (lookup(TYPES, args['file_type']) ?? '');
        const files = await new Promise<File[]>((done) => {
            input.addEventListener('change', () => done([...(input.files ?? [])]));
            input.addEventListener('cancel', () => done([]));
            input.click();
        });
        if (!files.length) return [];
        const withData = args['with_data'] === true;
        const size = files.reduce((sum, file) => sum + file.size, 0);
        if (withData && size > DATA_CAP_BYTES) throw new Error(tooMuchData(files, size));
        this.chosen = new Map(files.map((file) => [++this.lastId, file]));
        return Promise.all([...this.chosen].map(([id, file]) => describe(id, file, withData)));
    }

    // Answered at once: how far it is, events tell. A handler that waited would wait for hours.
    upload(args: ValueMap, emit: Emit): Value {
        const items = Array.isArray(args['files']) ? args['files'].filter(isMap) : [];
        for (const item of items) {
            const file = this.find(item); // now: a new choice replaces what was chosen
            this.last = this.last.then(() => uploadOne(file, item, emit));
        }
        return null;
    }

    private find(item: ValueMap): File | undefined {
        const id = number(item['id']);
        if (id !== undefined) return this.chosen.get(id);
        return [...this.chosen.values()].find((file) => file.name === text(item['name']));
    }
}

function tooMuchData(files: File[], size: number): string {
    const what = files.length === 1 ? `${files[0]!.name} is` : 'These files together are';
    return `${what} ${sizeText(size)}; at most ${sizeText(DATA_CAP_BYTES)} can be handed over as data. Larger files are uploaded.`;
}

export function sizeText(bytes: number): string {
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
    let unit = 0;
    for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
    return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

async function describe(id: number, file: File, withData: boolean): Promise<ValueMap> {
    const bytes = withData ? new Uint8Array(await file.arrayBuffer()) : null;
    return { id, name: file.name, path: null, size: file.size, bytes };
}

export function saveFile(args: ValueMap): Value {
    const name = text(args['file_name']);
    const bytes = args['src_bytes'];
    if (!name || !(bytes instanceof Uint8Array))
        throw new Error('save_file needs file_name and src_bytes in a browser');
    const link = document.createElement('a');
    link.download = name;
    link.href = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    link.click();
    URL.revokeObjectURL(link.href);
    return null;
}

const STEP = 0.1;
// A line that broke is tried again after these: the URL is good until a file is stored.
const PAUSES_MS = [1000, 2000, 4000, 8000, 16000];
// From here on a file comes in pieces, as tus 1.0 has it, and a broken line goes on where it was.
export const RESUMABLE_FROM_BYTES = 8 * 1024 * 1024;

class Broken extends Error {}

type Target = { to: string; method: string; isOurs: boolean };
type Tell = (part: number) => void;

async function uploadOne(file: File | undefined, item: ValueMap, emit: Emit): Promise<void> {
    const file_name = file?.name ?? text(item['name']);
    let told = -1;
    const tell = (progress: number): void => {
        // 1 is said only once the server has answered.
        if (progress !== 1 && (progress - told < STEP || progress >= ALL_SENT)) return;
        told = progress;
        emit('upload', { file_name, progress, error: null });
    };
    try {
        if (!file) throw new Error('file is not chosen');
        const target = targetFor(file, item);
        tell(0);
        if (target.isOurs && file.size >= RESUMABLE_FROM_BYTES) await sendInPieces(file, target.to, tell);
        else await again(() => send(file, target, tell));
        tell(1);
    } catch (error) {
        emit('upload', { file_name, progress: null, error: (error as Error).message });
    }
}

// `isAhead`: since the last time it got on, so the pauses begin anew.
async function again(attempt: () => Promise<void>, isAhead: () => boolean = () => false): Promise<void> {
    for (let broken = 0; ; broken++) {
        try {
            return await attempt();
        } catch (error) {
            if (isAhead()) broken = 0;
            if (!(error instanceof Broken) || broken === PAUSES_MS.length) throw error;
            await new Promise((done) => setTimeout(done, PAUSES_MS[broken]));
        }
    }
}

// Also looks at what the URL allows: who knows beforehand need not send.
function targetFor(file: File, item: ValueMap): Target {
    const to = fileUrl(item['upload_url'], `${location.origin}/`);
    if (!to) throw new Error('Upload failed: upload_url is no address of a server');
    const { origin, searchParams: query } = new URL(to, document.baseURI);
    const isOurs = origin === location.origin && query.has('t') && query.has('s');
    const most = isOurs ? Number(query.get('m') ?? Infinity) : Infinity;
    if (file.size > most)
        throw new Error(`${file.name} is ${sizeText(file.size)}; at most ${sizeText(most)} can be uploaded here`);
    return { to, isOurs, method: text(item['method']).toUpperCase() === 'POST' ? 'POST' : 'PUT' };
}

async function send(file: File, { to, method }: Target, tell: Tell): Promise<void> {
    await ask(method, to, {}, file, (loaded) => tell(part(loaded, file.size)));
}

async function sendInPieces(file: File, to: string, tell: Tell): Promise<void> {
    const version = { 'Tus-Resumable': '1.0.0' };
    let isCreated = false;
    let offset = 0;
    let before = 0;
    await again(
        async () => {
            if (isCreated) offset = Number((await ask('HEAD', to, version)).getResponseHeader('Upload-Offset'));
            else await ask('POST', to, { ...version, 'Upload-Length': String(file.size) });
            isCreated = true;
            await ask(
                'PATCH',
                to,
                { ...version, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
                file.slice(offset),
                (loaded) => tell(part(offset + loaded, file.size)),
            );
        },
        () => {
            const isAhead = offset > before;
            before = offset;
            return isAhead;
        },
    );
}

const ALL_SENT = 0.999;
const part = (loaded: number, size: number): number => Math.min(loaded / (size || 1), ALL_SENT);

// Fetch cannot report how much has left.
function ask(
    method: string,
    to: string,
    headers: { [name: string]: string },
    body: Blob | null = null,
    onProgress: (loaded: number) => void = () => undefined,
): Promise<XMLHttpRequest> {
    return new Promise((done, fail) => {
        const request = new XMLHttpRequest();
        request.upload.onprogress = ({ loaded }) => onProgress(loaded);
        request.onload = () => {
            const { status } = request;
            // 409: the browser itself repeats a request whose connection was reset, and what had come
            // with the first one is there already.
            const mayPass = [408, 409, 423, 503].includes(status);
            if (status >= 200 && status <= 204) done(request);
            else fail(mayPass ? new Broken(refusal(request)) : new Error(refusal(request)));
        };
        request.onerror = () => fail(new Broken('Upload failed: the connection broke'));
        request.open(method, to);
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.send(body);
    });
}

// Our servers answer with a sentence; what others say (a proxy's page) is not for people.
function refusal({ status, responseText }: XMLHttpRequest): string {
    const said = responseText.trim();
    return said && said.length < 200 && !said.startsWith('<') ? `Upload failed: ${said}` : `Upload failed: ${status}`;
}
