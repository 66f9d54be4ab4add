/** Pages, workers and programs in which the engine cannot run as it is: they are helped, or told what to do. */
import { join } from 'node:path';
import { assert, dist, test, World } from '../harness.mjs';

/** `installIsolation` in the page: "isolated", the error's text, or undefined when the page was loaded again meanwhile. */
async function install(tab, script = '/tarn-isolation.js', options = {}) {
    const work = ({ module }, given) => module.installIsolation(...given).then(() => 'isolated', ({ code, message }) => `${code} ${message}`);
    return tab.run(work, [script, options]).catch((error) => {
        if (!/navigation|context was destroyed/i.test(error.message)) throw error;
    });
}

/** As a page does that calls it whenever it is loaded. */
async function helped(tab, ...given) {
    for (let load = 0; load < 4; load++) {
        await tab.page.evaluate(() => (globalThis.before = true));
        const answer = await install(tab, ...given);
        if (answer !== undefined) return { answer, load };
        await tab.page.waitForFunction(() => globalThis.before === undefined && globalThis.test !== undefined);
    }
    return { answer: 'loaded for ever', load: 4 };
}

async function inBareWorld(work) {
    const bare = await World.open({ isolated: false });
    try {
        await work(bare, await bare.tab('?storage=memory'));
    } finally {
        await bare.close();
    }
}

const notIsolated = () =>
    inBareWorld(async (bare, tab) => {
        const failed = await tab.fails('open');
        assert.equal(failed.code, 'TARN_E_NOT_ISOLATED');
        assert.match(failed.message, /Cross-Origin-Opener-Policy: same-origin/);
        assert.match(failed.message, /Cross-Origin-Embedder-Policy: require-corp/);
        assert.match(failed.message, /installIsolation/);
        assert.deepEqual(await helped(tab), { answer: 'isolated', load: 1 });
        assert.equal((await tab.call('open')).state, 'ready');
        // A forced reload goes past the service worker.
        const session = await bare.browser.context.newCDPSession(tab.page);
        for (let turn = 0; turn < 3; turn++) {
            await Promise.all([tab.page.waitForNavigation(), session.send('Page.reload', { ignoreCache: true })]);
            await tab.ready();
            assert.equal((await helped(tab)).answer, 'isolated');
        }
        // Somebody took the service worker away.
        await tab.run(async () => {
            for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
        });
        await tab.reload();
        assert.equal((await helped(tab)).answer, 'isolated');
        assert.equal((await tab.call('open')).state, 'ready');
    });

const wrongPlace = () =>
    inBareWorld(async (bare, tab) => {
        const cases = [
            ['/assets/tarn-isolation-1.js', /reaches pages below \/assets\/ only/],
            ['/nowhere.js', /cannot be registered/],
            ['http://127.0.0.1:1/tarn-isolation.js', /of another origin/],
        ];
        for (const [script, why] of cases) {
            const answer = await install(tab, script);
            assert.match(answer, /^TARN_E_NOT_ISOLATED /);
            assert.match(answer, why);
        }
        assert.match(await tab.run(({ module }) => module.installIsolation('./x.js', { credentialles: true }).catch(({ message }) => message)), /'credentialless'/);
        assert.deepEqual(await helped(tab), { answer: 'isolated', load: 1 }); // the right one, after all
    });

const credentialless = () =>
    inBareWorld(async (bare, tab) => {
        assert.equal((await helped(tab, '/tarn-isolation.js', { credentialless: true })).answer, 'isolated');
        const embedder = await tab.run(async () => (await fetch('/index.html')).headers.get('Cross-Origin-Embedder-Policy'));
        assert.equal(embedder, 'credentialless');
    });

/** A page that stays as it is, whatever is done: here because a header of its own stands against it. */
const inVain = () =>
    inBareWorld(async (bare, tab) => {
        await tab.page.addInitScript(() => Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false }));
        await tab.reload();
        const { answer, load } = await helped(tab);
        assert.equal(load, 2);
        assert.match(answer, /^TARN_E_NOT_ISOLATED the page was loaded again .* and is still not isolated/);
    });

async function elsewhere() {
    const { TarnEngine, installIsolation, TarnError } = await import(join(dist, 'index.js'));
    assert.throws(() => new TarnEngine(), (error) => error instanceof TarnError && error.code === 'TARN_E_UNSUPPORTED' && /in the browser only/.test(error.message));
    await assert.rejects(installIsolation(), { code: 'TARN_E_NOT_ISOLATED' });
}

async function withoutStorage(world) {
    const tab = await world.tab('?storage=memory');
    const failed = await tab.run(async ({ engine }) => {
        StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('Security error', 'SecurityError'));
        return engine.migratable().then(() => 'done', ({ code, message }) => `${code} ${message}`);
    });
    assert.match(failed, /^TARN_E_UNSUPPORTED .*private windows/);
    await tab.close();
}

async function scripts(world) {
    const other = await World.open();
    const tab = await world.tab('?storage=memory');
    const fails = (assets) =>
        tab.run(({ module }, given) => new module.TarnEngine({ assets: given, storage: 'memory' }).open().then(() => 'done', ({ code, message }) => `${code} ${message}`), assets);
    assert.match(await fails({ engine: `${other.server.url}/engine/tarn-engine.js` }), /^TARN_E_LOAD .*of another origin.*assets\.engine/);
    assert.match(await fails({ engine: '/nowhere.js' }), /^TARN_E_LOAD .*nowhere\.js/);
    await tab.close();
    await other.close();
}

async function trustedTypes() {
    const world = await World.open();
    try {
        world.headers['Content-Security-Policy'] = "require-trusted-types-for 'script'; trusted-types test";
        let tab = await world.tab('?storage=memory');
        assert.match((await tab.page.evaluate(() => globalThis.test.call('open', []))).error.message, /trusted-types tarn-engine/);
        const given = await tab.page.evaluate(async () => {
            const policy = trustedTypes.createPolicy('test', { createScriptURL: (url) => url });
            const engine = new globalThis.test.module.TarnEngine({ storage: 'memory', assets: { engine: policy.createScriptURL('/engine/tarn-engine.js') } });
            return (await engine.open()).state;
        });
        assert.equal(given, 'ready');
        await tab.close();
        world.headers['Content-Security-Policy'] = "require-trusted-types-for 'script'; trusted-types tarn-engine";
        tab = await world.tab('?storage=memory');
        assert.equal((await tab.page.evaluate(() => globalThis.test.call('open', []))).state, 'ready');
    } finally {
        await world.close();
    }
}

export async function isolation(world) {
    await test('a page that is not isolated is told what is missing, and becomes so, time and again', notIsolated);
    await test('a service worker in a wrong place is told, and harms nothing', wrongPlace);
    await test('a page can be isolated with "credentialless"', credentialless);
    await test('a page that cannot be isolated is told so, and not loaded for ever', inVain);
    await test('outside of a browser the engine says what to do', elsewhere);
    await test('a page that may keep no files is told so', () => withoutStorage(world));
    await test("a script of another origin, or one that is not there, is told", () => scripts(world));
    await test('trusted types', trustedTypes);
}
