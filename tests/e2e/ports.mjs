import { once } from 'node:events';
import { createServer } from 'node:net';

// A port for a program that cannot be asked which one it has got. It lies below those that the system gives to
// whoever asks for any, so that only another test can take it in the meantime.
export async function freePort() {
    for (;;) {
        const server = createServer();
        const isFree = once(server, 'listening').then(
            () => true,
            () => false,
        );
        const port = 10_000 + Math.floor(Math.random() * 22_000);
        server.listen(port, '127.0.0.1');
        if (!(await isFree)) continue;
        server.close();
        await once(server, 'close');
        return port;
    }
}
