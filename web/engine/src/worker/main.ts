/** One script for all workers of the engine; the name of the worker says which it is. */
import { startCoordinator } from './coordinator.js';
import { startFiles } from './files.js';
import { startProgram } from './program.js';
import { hearCoordinator } from './spawned.js';

/** Emscripten's startup routine of a thread; the build puts it, and the engine's glue, around this script. */
declare function startThread(): void;

switch (self.name) {
    case 'tarn-coordinator':
        startCoordinator();
        break;
    case 'tarn-files':
        hearCoordinator(startFiles);
        break;
    case 'tarn-program':
        startProgram();
        break;
    default: // Emscripten gives its threads' workers no name
        hearCoordinator(startThread);
}
