/** What is measured of a workspace in the page, where there is no peer: every change is durable. */
export const measures = {
    /** A page of rows while a command runs; milliseconds, sorted. */
    pagesMeanwhile: async ({ engine }) => {
        const times = [];
        let running = true;
        const change = engine.apply('orders', 'set', { column: 'note', expr: "upper(note) || ' seen'" }).then(() => (running = false));
        for (let i = 0; running; i++) {
            const started = performance.now();
            await engine.page('orders@1', { offset: (i * 7919) % 999_000, count: 60 });
            times.push(performance.now() - started);
        }
        await change;
        await engine.undo('orders');
        return times.sort((a, b) => a - b);
    },

    /** The longest time for which the page's thread did not come round, while work goes on. */
    longestTask: async ({ engine }) => {
        const channel = new MessageChannel();
        let longest = 0;
        let last = performance.now();
        let going = true;
        channel.port1.onmessage = () => {
            const now = performance.now();
            longest = Math.max(longest, now - last);
            last = now;
            if (going) channel.port2.postMessage(null);
        };
        channel.port2.postMessage(null);
        await engine.apply('orders', 'trim', { column: 'city' });
        const diff = await engine.diff('orders@1', 'orders');
        await diff.page({ count: 100 });
        await diff.close();
        await engine.undo('orders');
        going = false;
        return longest;
    },

    /** Ten commands, one after the other. */
    burst: async ({ engine }) => {
        const started = performance.now();
        for (let i = 0; i < 10; i++) await engine.apply('small', i % 2 === 0 ? 'uppercase' : 'lowercase', { column: 'city' });
        return performance.now() - started;
    },

    /** From abort to the answer, for a change. */
    cancel: async ({ engine, outcome }) => {
        const control = new AbortController();
        const change = outcome(() =>
            engine.apply('orders', 'set', { column: 'note', expr: "regexp_replace(note, '[a-z]+', 'x', 'g')" }, { signal: control.signal }),
        );
        await engine.tables();
        await engine.page('orders', { count: 1 });
        const started = performance.now();
        control.abort();
        const { error } = await change;
        return error?.code === 'TARN_E_CANCELLED' ? performance.now() - started : null;
    },
};
