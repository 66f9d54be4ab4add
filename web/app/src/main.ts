/** The application in a tab: Tarn runs in a worker of this page. */
import { mount } from 'svelte';
import './base.css';
import App from './App.svelte';
import { clientOfTab, prepareTab } from './client/tab';
import { App as State } from './state/app.svelte';

const state = new State();
mount(App, { target: document.getElementById('app')!, props: { app: state } });
void state.start(async () => {
    await prepareTab();
    return clientOfTab();
});
