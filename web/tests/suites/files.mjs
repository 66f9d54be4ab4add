/** The C tests of what every host of files must do, on the origin private file system. */
import { assert, skip, test } from '../harness.mjs';
import { missingProgram, runProgram } from '../programs.mjs';

async function hosts(world) {
    const text = await runProgram(world, 'page_fs');
    assert.match(text, /test_locks \(HOST_OPFS\)/);
    assert.doesNotMatch(text, /FAILED/);
}

export async function files(world) {
    const name = 'the C tests of hosts, on the origin private file system';
    const missing = missingProgram('page_fs');
    if (missing !== undefined) skip(name, missing);
    else await test(name, () => hosts(world));
}
