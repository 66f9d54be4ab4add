/** The browsers that tests run in, as they are on this machine. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const candidates = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a Chromium; undefined when there is none. */
export function findChromium() {
    return candidates.find((path) => path !== undefined && existsSync(path));
}

/** A browser with an empty profile of its own, which `close` removes. */
export async function openChromium({ args = [] } = {}) {
    const profile = mkdtempSync(join(tmpdir(), 'tarn-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: findChromium(),
        headless: true,
        args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--enable-precise-memory-info',
            '--enable-blink-features=ForceEagerMeasureMemory', // measured when it is asked for
            ...args,
        ],
    });
    return {
        context,
        close: async () => {
            await context.close();
            rmSync(profile, { recursive: true, force: true });
        },
    };
}
