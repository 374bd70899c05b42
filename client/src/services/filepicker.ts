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

// What a browser may say in one packet has a bound (core/connection.ts), and names go with it.
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
const PAUSES_MS = [1000, 2000, 4000, 8000];

class Broken extends Error {}

async function uploadOne(file: File | undefined, item: ValueMap, emit: Emit): Promise<void> {
    const file_name = file?.name ?? text(item['name']);
    let told = -1;
    const tell = (progress: number): void => {
        if (progress > told) emit('upload', { file_name, progress, error: null });
        told = Math.max(told, progress);
    };
    try {
        if (!file) throw new Error('file is not chosen');
        const to = address(file, item);
        const method = text(item['method']).toUpperCase() === 'POST' ? 'POST' : 'PUT';
        for (let attempt = 0; ; attempt++) {
            try {
                await send(file, to, method, tell);
                return;
            } catch (error) {
                if (!(error instanceof Broken) || attempt === PAUSES_MS.length) throw error;
                await new Promise((done) => setTimeout(done, PAUSES_MS[attempt]));
            }
        }
    } catch (error) {
        emit('upload', { file_name, progress: null, error: (error as Error).message });
    }
}

// Also looks at what the URL allows: who knows beforehand need not send.
function address(file: File, item: ValueMap): string {
    const to = fileUrl(item['upload_url'], `${location.origin}/`);
    if (!to) throw new Error('Upload failed: upload_url is no address of a server');
    const query = new URL(to, document.baseURI).searchParams;
    const most = query.has('t') && query.has('s') ? Number(query.get('m') ?? Infinity) : Infinity;
    if (file.size > most)
        throw new Error(`${file.name} is ${sizeText(file.size)}; at most ${sizeText(most)} can be uploaded here`);
    return to;
}

function send(file: File, to: string, method: string, tell: (part: number) => void): Promise<void> {
    return new Promise((done, fail) => {
        const request = new XMLHttpRequest();
        let reported = 0;
        tell(0);
        request.upload.onprogress = ({ loaded, total }) => {
            // Fetch cannot report how much has left; 1 is said only once the server has answered.
            if (!total || loaded === total || loaded / total - reported < STEP) return;
            reported = loaded / total;
            tell(reported);
        };
        request.onload = () => {
            const { status } = request;
            if (status === 408 || status === 503) return fail(new Broken(refusal(request)));
            if (status < 200 || status > 204) return fail(new Error(refusal(request)));
            tell(1);
            done();
        };
        request.onerror = () => fail(new Broken('Upload failed: the connection broke'));
        request.open(method, to);
        request.send(file);
    });
}

// Our servers answer with a sentence; what others say (a proxy's page) is not for people.
function refusal({ status, responseText }: XMLHttpRequest): string {
    const said = responseText.trim();
    return said && said.length < 200 && !said.startsWith('<') ? `Upload failed: ${said}` : `Upload failed: ${status}`;
}
