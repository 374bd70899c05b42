// The FilePicker service: choose files, save one, upload with progress. On demand.

import { fileUrl } from '../core/links.ts';
import { lookup, number, text } from '../core/values.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';

type Emit = (event: string, data: Value) => void;

const TYPES: { [type: string]: string } = {
    image: 'image/*', video: 'video/*', audio: 'audio/*', media: 'image/*,video/*',
};

export class FilePicker {
    // Chosen files wait here for an upload; a new choice replaces them.
    private chosen = new Map<number, File>();
    private lastId = 0;

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
        this.chosen = new Map(files.map((file) => [++this.lastId, file]));
        const withData = args['with_data'] === true;
        return Promise.all([...this.chosen].map(([id, file]) => describe(id, file, withData)));
    }

    async upload(args: ValueMap, emit: Emit): Promise<Value> {
        const files = Array.isArray(args['files']) ? args['files'].filter(isMap) : [];
        for (const item of files) {
            const file = this.find(item);
            const file_name = file?.name ?? text(item['name']);
            try {
                if (!file) throw new Error('file is not chosen');
                await send(file, item, (progress) => emit('upload', { file_name, progress, error: null }));
            } catch (error) {
                emit('upload', { file_name, progress: null, error: (error as Error).message });
            }
        }
        return null;
    }

    private find(item: ValueMap): File | undefined {
        const id = number(item['id']);
        if (id !== undefined) return this.chosen.get(id);
        return [...this.chosen.values()].find((file) => file.name === text(item['name']));
    }
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

function send(file: File, item: ValueMap, onProgress: (part: number) => void): Promise<void> {
    return new Promise((done, fail) => {
        const request = new XMLHttpRequest();
        let reported = 0;
        onProgress(0);
        request.upload.onprogress = ({ loaded, total }) => {
            // Fetch cannot report how much has left; 1 is said only once the server has answered.
            if (!total || loaded === total || loaded / total - reported < STEP) return;
            reported = loaded / total;
            onProgress(reported);
        };
        request.onload = () => {
            if (request.status < 200 || request.status > 204)
                return fail(new Error(`Upload failed: ${request.status} ${request.responseText}`.trim()));
            onProgress(1);
            done();
        };
        request.onerror = () => fail(new Error('Upload failed: the connection broke'));
        const to = fileUrl(item['upload_url'], `${location.origin}/`);
        if (!to) return fail(new Error('Upload failed: upload_url is no address of a server'));
        request.open(text(item['method']).toUpperCase() === 'POST' ? 'POST' : 'PUT', to);
        request.send(file);
    });
}
