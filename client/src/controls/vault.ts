// Encrypted texts in the browser's storage, by AES-GCM with a key that never leaves the browser's own keeping.

import { base64, bytesOf } from '../dom/base64.ts';
import type { ValueMap } from '../core/tree.ts';

const KEYS = 'keys';
const IV_BYTES = 12;

export class Vault {
    private readonly prefix: string;
    private readonly storage: Storage;

    constructor(
        private readonly name: string,
        isOfTab: boolean,
    ) {
        const why = Vault.why();
        if (why) throw new Error(why);
        this.prefix = `troupe-vault:${name}:`;
        this.storage = isOfTab ? sessionStorage : localStorage;
    }

    // Why there is none; undefined where there is one.
    static why(): string | undefined {
        if (!isSecureContext) return 'Encrypted storage is for pages that came by https only';
        try {
            void localStorage.length;
            return 'indexedDB' in globalThis ? undefined : 'This browser keeps nothing for pages';
        } catch {
            return 'This browser keeps nothing for this page';
        }
    }

    async set(key: string, value: string): Promise<void> {
        const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
        const rules = { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(key) };
        const hidden = await crypto.subtle.encrypt(rules, await secret(this.name), new TextEncoder().encode(value));
        this.storage.setItem(this.prefix + key, `${base64(iv)}.${base64(new Uint8Array(hidden))}`);
    }

    async get(key: string): Promise<string | null> {
        const kept = this.storage.getItem(this.prefix + key);
        if (kept === null) return null;
        const [iv, hidden] = kept.split('.').map(bytesOf);
        const rules = { name: 'AES-GCM', iv: iv!, additionalData: new TextEncoder().encode(key) };
        try {
            return new TextDecoder().decode(await crypto.subtle.decrypt(rules, await secret(this.name), hidden!));
        } catch {
            throw new Error(`What is kept of ${key} cannot be read: it was changed, or its key is gone`);
        }
    }

    async all(): Promise<ValueMap> {
        const found: ValueMap = {};
        for (const key of this.keys()) found[key] = await this.get(key);
        return found;
    }

    has(key: string): boolean {
        return this.storage.getItem(this.prefix + key) !== null;
    }

    remove(key: string): void {
        this.storage.removeItem(this.prefix + key);
    }

    clear(): void {
        for (const key of this.keys()) this.remove(key);
    }

    private keys(): string[] {
        const names = Object.keys(this.storage).filter((name) => name.startsWith(this.prefix));
        return names.map((name) => name.slice(this.prefix.length));
    }
}

// A key that can be used and not be read lies in IndexedDB, which keeps it as it is.
async function secret(name: string): Promise<CryptoKey> {
    const opening = indexedDB.open('troupe-vault', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
    const database = await done(opening);
    try {
        const known = await done<CryptoKey | undefined>(database.transaction(KEYS).objectStore(KEYS).get(name));
        if (known) return known;
        const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
        const keys = database.transaction(KEYS, 'readwrite').objectStore(KEYS);
        // Another tab may have been faster: its key counts.
        await done(keys.add(made, name)).catch(() => undefined);
        return (await done<CryptoKey | undefined>(database.transaction(KEYS).objectStore(KEYS).get(name))) ?? made;
    } finally {
        database.close();
    }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = (event) => {
            event.preventDefault();
            reject(request.error ?? new Error('This browser keeps nothing for this page'));
        };
    });
}
