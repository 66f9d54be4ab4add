/** Every operation beside every other: each does what it does alone, in whatever order the two are asked for. */
import { assert, test } from '../harness.mjs';

/** Runs in the page. `pick` chooses the pairs; gives what failed. */
const pairs = async ({ engine }, [first, count]) => {
    const csv = (text, name = 'small.csv') => new File([text], name);
    await engine.import(csv(`a,b\n${Array.from({ length: 3000 }, (_, i) => `${i},x${i}`).join('\n')}`, 't.csv'), { table: 't', ifExists: 'replace' });
    await engine.sqlInto('SELECT 1 AS n', 'spare', { ifExists: 'replace' });
    await engine.apply('t', 'uppercase', { column: 'b' });
    await engine.recipes.save('r', 't', { replace: true });
    let made = 0;
    const operations = {
        import: () => engine.import(csv('q\n1\n2\n'), { table: `i${made++ % 3}`, ifExists: 'replace' }).then(({ rows }) => rows === 2),
        importStream: () => engine.import(csv('q\n1\n').stream(), { table: 'streamed', ifExists: 'replace' }).then(({ rows }) => rows === 1),
        append: () => engine.import(csv('n\n7\n'), { table: 'spare', ifExists: 'append' }).then(({ rowsChanged }) => rowsChanged === 1),
        apply: () => engine.apply('t', 'set', { column: 'b', expr: `'v${made++}'` }).then(({ changed }) => changed),
        editAndUndo: async () => {
            await engine.apply('i0', 'add-id', { column: `k${made++}` }).catch(() => engine.import(csv('q\n1\n'), { table: 'i0', ifExists: 'replace' }));
            return true;
        },
        sqlInto: () => engine.sqlInto('SELECT count(*) AS n FROM t', `s${made++ % 2}`, { ifExists: 'replace' }).then(({ rows }) => rows === 1),
        sql: () => engine.sql("SELECT count(*) FROM t WHERE b LIKE '%7%'").then(({ rows }) => rows === 1),
        page: () => engine.page('t', { offset: 1500, count: 5 }).then(({ rows }) => rows === 5),
        tables: () => engine.tables().then((all) => all.some(({ name }) => name === 't')),
        schema: () => engine.schema('t').then((columns) => columns.length === 2),
        status: () => engine.status().then(({ persistent }) => persistent),
        info: () => engine.info().then((info) => info.bytesTotal > 0),
        preview: () => engine.preview('t', 'lowercase', { column: 'b' }, { limit: 3 }).then(({ cells }) => Array.isArray(cells)),
        export: () => engine.export('t', { format: 'csv' }).then(({ rows }) => rows === 3000),
        exportParquet: () => engine.exportSql('SELECT a FROM t', { format: 'parquet' }).then(({ rows }) => rows === 3000),
        log: () => engine.log('t').then((all) => all.length > 0),
        timeline: () => engine.timeline('t').then(({ table }) => table === 't'),
        audit: () => engine.audit({ limit: 5 }).then((all) => all.length === 5),
        auditVerify: () => engine.auditVerify().then(({ holds }) => holds),
        diff: async () => {
            const diff = await engine.diff('t@1', 't@2');
            const bytes = await diff.page({ count: 2 });
            await diff.close();
            return bytes.length > 0;
        },
        clusters: () => engine.clusters('t', 'b').then((list) => Array.isArray(list)),
        recipeCheck: () => engine.recipes.check('r', 't').then(() => true),
        recipePut: async () => engine.recipes.put(`r${made++}`, await engine.recipes.get('r')).then(() => true),
        register: () => engine.executeAndRegister('SELECT count(*) AS n FROM t', 'passing').then((rows) => rows === 1),
        executeSql: () => engine.executeSql('SELECT 1 AS n').then((bytes) => bytes.length > 0),
        renameBack: async () => {
            const name = `spare${made++}`;
            await engine.sqlInto('SELECT 1 AS n', name);
            await engine.rename(name, `${name}x`);
            await engine.drop(`${name}x`);
            return true;
        },
        verify: () => engine.verify().then(({ sound }) => sound),
        freeze: () => engine.freeze('t').then(() => true),
        gc: () => engine.gc({ dryRun: true }).then(() => true),
    };
    const names = Object.keys(operations);
    const failed = [];
    let done = 0;
    const run = (name, beside) =>
        operations[name]().then(
            (right) => right || failed.push(`${name} beside ${beside}: another answer`),
            (error) => failed.push(`${name} beside ${beside}: ${error.code ?? error.name} ${error.message}`),
        );
    for (const [i, a] of names.entries())
        for (const b of names.slice(i)) {
            if (done++ % count !== first) continue;
            await Promise.all([run(a, b), run(b, a)]);
        }
    await engine.import(csv('q\n1\n'), { table: 'i0', ifExists: 'replace' });
    const { sound } = await engine.verify();
    return { failed, sound, done };
};

async function everyPair(world) {
    const tab = await world.tab('?workspace=beside');
    const { failed, sound, done } = await tab.run(pairs, [0, 1]);
    assert.deepEqual(failed, []);
    assert.equal(sound, true);
    assert.ok(done > 400);
    await tab.close();
}

/** What is asked for first is done first, an import too, whose file takes another way than the request. */
async function asAskedFor(world) {
    const tab = await world.tab('?workspace=asked');
    const found = await tab.run(async ({ engine }) => {
        await engine.open();
        let wrong = 0;
        for (let i = 0; i < 30; i++) {
            const csv = new File([`a\n${i}\n`], 'x.csv');
            const work = [
                engine.import(csv, { table: 'x', ifExists: 'replace' }),
                engine.apply('x', 'edit', { column: 'a', row: 0, value: `${i + 100}` }),
                engine.import(new Blob([`a\n${i}\n`]), { table: 'y', ifExists: 'replace' }),
                engine.executeAndRegister('SELECT a FROM y', 'z'),
            ];
            const outcome = await Promise.allSettled(work);
            if (outcome.some(({ status }) => status === 'rejected')) wrong++;
        }
        return wrong;
    });
    assert.equal(found, 0);
    await tab.close();
}

/** An import that is given up while it waits for its turn. */
async function withdrawn(world) {
    const tab = await world.tab('?workspace=withdrawn');
    const codes = await tab.run(async ({ engine }) => {
        await engine.open();
        const controls = Array.from({ length: 12 }, () => new AbortController());
        const imports = controls.map(({ signal }, i) =>
            engine.import(new File(['a\n1\n'], `w${i}.csv`), { table: `w${i}`, signal }).then(() => 'done', ({ code }) => code),
        );
        await Promise.resolve();
        for (const [i, control] of controls.entries()) if (i % 2 === 1) control.abort();
        const ended = await Promise.all(imports);
        const tables = (await engine.tables()).map(({ name }) => name);
        return ended.map((end, i) => (end === 'done') === tables.includes(`w${i}`) && (i % 2 === 1 || end === 'done'));
    });
    assert.ok(codes.every((right) => right), JSON.stringify(codes));
    await tab.close();
}

export async function beside(world) {
    await test('every operation beside every other', () => everyPair(world));
    await test('changes are made in the order in which they were asked for', () => asAskedFor(world));
    await test('imports that are given up while they wait', () => withdrawn(world));
}
