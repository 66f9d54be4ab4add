/** Rows that came as a whole: the result of a query, or what a command would leave. */
import { plainKind, type Table } from './arrow';
import { Plain, type GridColumn, type Mark } from './source';

export class ResultSource extends Plain {
    readonly rows: number;
    readonly columns: readonly GridColumn[];

    constructor(
        private readonly table: Table,
        private readonly all: Mark = '',
    ) {
        super();
        this.rows = table.rows;
        this.columns = table.names.map((name, i) => ({ name, type: plainKind(table.kinds[i]!), kind: table.kinds[i]! }));
    }

    text(row: number, column: number): string | null {
        return this.table.columns[column]!.text(row);
    }

    override mark(): Mark {
        return this.all;
    }

    override sign(): Mark {
        return this.all;
    }

    fetch(from: number, to: number, columns: number[]): Promise<(string | null)[][]> {
        const rows = Array.from({ length: Math.min(to, this.rows) - from }, (_, i) => columns.map((column) => this.text(from + i, column)));
        return Promise.resolve(rows);
    }
}
