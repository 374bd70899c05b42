import './styles/main.css';
import { App } from './app.ts';

// One element, one app. Settings beyond the page's own are on the element.
for (const host of document.querySelectorAll<HTMLElement>('[data-troupe]')) {
    const { endpoint, name, embedded } = host.dataset;
    new App(host, { endpoint, name, isEmbedded: embedded !== undefined }).start();
}
