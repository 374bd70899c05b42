import './styles/main.css';
import { App } from './app.ts';
import { watchTheme } from './dom/theme.ts';

watchTheme();
new App(document.getElementById('app')!).start();
