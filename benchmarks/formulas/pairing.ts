/**
 * Pairs of least cost between two lists. Pure.
 * Source: Kuhn (1955) and Munkres (1957), in the form with potentials and shortest paths, O(n² m).
 */

/** The least sum of costs where each row of the smaller side is paired with a column of its own. `costs[row][column]`. */
export function leastCost(costs: readonly (readonly number[])[]): number {
  const rows = costs.length;
  const columns = costs[0]?.length ?? 0;
  if (rows === 0 || columns === 0) return 0;
  if (rows > columns) return leastCost(costs[0]!.map((_, column) => costs.map((row) => row[column]!)));
  const rowPotential = new Array<number>(rows + 1).fill(0);
  const columnPotential = new Array<number>(columns + 1).fill(0);
  /** Row that each column is paired with, from 1; 0: none. Column 0 holds the row that is being placed. */
  const rowOf = new Array<number>(columns + 1).fill(0);
  for (let row = 1; row <= rows; row++) {
    const cameFrom = new Array<number>(columns + 1).fill(0);
    const least = new Array<number>(columns + 1).fill(Infinity);
    const isUsed = new Array<boolean>(columns + 1).fill(false);
    rowOf[0] = row;
    let column = 0;
    do {
      isUsed[column] = true;
      const from = rowOf[column]!;
      let delta = Infinity;
      let next = 0;
      for (let j = 1; j <= columns; j++) {
        if (isUsed[j]) continue;
        const cost = costs[from - 1]![j - 1]! - rowPotential[from]! - columnPotential[j]!;
        if (cost < least[j]!) {
          least[j] = cost;
          cameFrom[j] = column;
        }
        if (least[j]! < delta) {
          delta = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++)
        if (isUsed[j]) {
          rowPotential[rowOf[j]!]! += delta;
          columnPotential[j]! -= delta;
        } else least[j]! -= delta;
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[cameFrom[column]!]!;
      column = cameFrom[column]!;
    }
  }
  return rowOf.reduce((sum, row, j) => (j > 0 && row > 0 ? sum + costs[row - 1]![j - 1]! : sum), 0);
}
