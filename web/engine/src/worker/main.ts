/** One script for all workers of the engine; the name of the worker says which it is. */
import { startFiles } from './files.js';
import { startProgram } from './program.js';

switch (self.name) {
    case 'tarn-files':
        startFiles();
        break;
    case 'tarn-program':
        startProgram();
        break;
}
