// Hands over what a microphone hears, block by block. It runs beside the page's thread, so it is a file of its own.

class Pcm extends AudioWorkletProcessor {
    process([input]) {
        if (input.length > 0) this.port.postMessage(input.map((samples) => samples.slice()));
        return true;
    }
}

registerProcessor('pcm', Pcm);
