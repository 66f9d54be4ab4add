/** A form for any command, made from what the registry says of it. */
import type { Command, Parameters } from 'tarn-engine';

interface Parameter {
    name: string;
    type: 'column' | 'text' | 'sql' | 'integer' | 'number' | 'boolean' | 'choice' | 'value' | 'name' | 'row';
    required: boolean;
    repeated: boolean;
    description: string;
    choices?: string[];
}

export interface Described extends Command {
    title: string;
    description: string;
    family: string;
    parameters: Parameter[] & Command['parameters'];
}

function optionList(values: string[], empty: boolean): HTMLOptionElement[] {
    const options = values.map((value) => new Option(value, value));
    return empty ? [new Option('', ''), ...options] : options;
}

function control(parameter: Parameter, columns: string[]): HTMLInputElement | HTMLSelectElement {
    if (parameter.type === 'column' || parameter.type === 'choice') {
        const select = document.createElement('select');
        const values = parameter.type === 'column' ? columns : (parameter.choices ?? []);
        select.multiple = parameter.type === 'column' && parameter.repeated;
        if (select.multiple) select.size = Math.min(4, Math.max(2, columns.length));
        select.append(...optionList(values, !parameter.required && !select.multiple));
        return select;
    }
    const input = document.createElement('input');
    if (parameter.type === 'boolean') input.type = 'checkbox';
    else if (parameter.type === 'integer' || parameter.type === 'number') {
        input.type = 'number';
        input.step = 'any';
    } else input.spellcheck = false;
    input.placeholder = parameter.type === 'sql' ? 'SQL' : '';
    return input;
}

export class CommandForm {
    private readonly controls = new Map<Parameter, HTMLInputElement | HTMLSelectElement>();

    constructor(private readonly box: HTMLElement) {}

    show(command: Described, columns: string[]): void {
        this.controls.clear();
        this.box.replaceChildren();
        for (const parameter of command.parameters) {
            const made = control(parameter, columns);
            made.required = parameter.required && made.type !== 'checkbox';
            const label = document.createElement('label');
            label.title = parameter.description;
            const text = document.createElement('span');
            text.textContent = parameter.name.replaceAll('_', ' ') + (parameter.required ? '' : ' (optional)');
            if (made.type === 'checkbox') {
                label.className = 'check';
                label.append(made, text);
            } else label.append(text, made);
            this.controls.set(parameter, made);
            this.box.append(label);
        }
    }

    /** What was filled in; what was left empty is left out. */
    get values(): Parameters {
        const values: Parameters = {};
        for (const [parameter, made] of this.controls) {
            if (made instanceof HTMLSelectElement && made.multiple)
                values[parameter.name] = Array.from(made.selectedOptions, (option) => option.value);
            else if (made.type === 'checkbox') {
                if ((made as HTMLInputElement).checked) values[parameter.name] = true;
            } else if (made.value !== '') values[parameter.name] = made.value;
        }
        return values;
    }
}
