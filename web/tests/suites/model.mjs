/** The C test of random operations against a plain model (tests/model), on the origin private file system. */
import { assert, skip, soak, test } from '../harness.mjs';
import { missingProgram, runProgram } from '../programs.mjs';

/** TARN_SEED repeats a run, as it does natively. */
async function model(world) {
    const seed = process.env.TARN_SEED ?? String(Date.now());
    const operations = process.env.TARN_OPERATIONS ?? (soak ? '20000' : '600');
    console.log(`      TARN_SEED=${seed} TARN_OPERATIONS=${operations}`);
    const text = await runProgram(world, 'page_model', { TARN_SEED: seed, TARN_OPERATIONS: operations });
    assert.match(text, new RegExp(`^${operations} operations$`, 'm'));
    assert.doesNotMatch(text, /FAILED/);
}

export async function randomOperations(world) {
    const name = 'random operations against a plain model, on the origin private file system';
    const missing = missingProgram('page_model');
    if (missing !== undefined) skip(name, missing);
    else await test(name, () => model(world));
}
