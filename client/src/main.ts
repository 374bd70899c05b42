import './styles/main.css';
import { App } from './app.ts';
import { watchTheme } from './theme.ts';

watchTheme();
new App(document.getElementById('app')!).start();
