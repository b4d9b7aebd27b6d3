/**
 * Arithmetic on dimensions that may be symbolic. A symbolic dimension is a polynomial over names, kept as its one
 * canonical text: terms in alphabetical order, the constant last (`past+seq`, `2*h*w`, `seq-1`). Equal texts are
 * equal dimensions. A division that does not come out even stays a name of its own, `floor(h+1,2)`.
 * It knows nothing of tensors.
 */

/** A size known now (a number) or at run time (a name, or a polynomial over names). */
export type Dim = number | string;

/** Monomial (factors joined by `*`, empty for the constant) to coefficient. */
type Polynomial = Map<string, number>;

/** The sum of dimensions. */
export const dimAdd = (...dims: Dim[]): Dim => render(dims.map(parse).reduce(plus));

/** The first dimension less the second. */
export const dimSub = (a: Dim, b: Dim): Dim => dimAdd(a, dimMul(b, -1));

/** The product of dimensions, 1 for none. */
export const dimMul = (...dims: Dim[]): Dim => render(dims.map(parse).reduce(times, parse(1)));

/** Whether two dimensions are equal for every value of their names. */
export const dimEqual = (a: Dim, b: Dim): boolean => render(parse(a)) === render(parse(b));

/** The exact quotient, or undefined where the division leaves a rest for some value of the names. */
export function dimDivide(a: Dim, b: Dim): Dim | undefined {
  if (dimEqual(a, b) && b !== 0) return 1;
  const divisor = [...parse(b)];
  if (divisor.length !== 1) return undefined;
  const [monomial, coefficient] = divisor[0]!;
  const quotient: Polynomial = new Map();
  for (const [key, value] of parse(a)) {
    const rest = withoutFactors(key, monomial);
    if (rest === undefined || value % coefficient !== 0) return undefined;
    quotient.set(rest, value / coefficient);
  }
  return render(quotient);
}

/** The quotient rounded down; `floor(a,b)` where it stays open. */
export function dimFloorDiv(a: Dim, b: number): Dim {
  if (typeof a === 'number') return Math.floor(a / b);
  return dimDivide(a, b) ?? `floor(${a},${b})`;
}

/** The names a dimension depends on, `floor(…)` counted as one. */
export function dimNames(dim: Dim): string[] {
  return [...new Set([...parse(dim).keys()].flatMap((monomial) => (monomial ? factors(monomial) : [])))];
}

/** The monomials of a dimension with their coefficients, for code that computes it at run time. */
export function dimTerms(dim: Dim): { coefficient: number; names: string[] }[] {
  return [...parse(dim)].map(([monomial, coefficient]) => ({ coefficient, names: factors(monomial) }));
}

/** The size under the given sizes of names, or undefined where one of them is missing. */
export function dimEvaluate(dim: Dim, sizes: ReadonlyMap<string, number>): number | undefined {
  if (typeof dim === 'number') return dim;
  if (sizes.has(dim)) return sizes.get(dim);
  let sum = 0;
  for (const { coefficient, names } of dimTerms(dim)) {
    let product = coefficient;
    for (const name of names) {
      const size = sizes.get(name) ?? evaluateFloor(name, sizes);
      if (size === undefined) return undefined;
      product *= size;
    }
    sum += product;
  }
  return sum;
}

function evaluateFloor(name: string, sizes: ReadonlyMap<string, number>): number | undefined {
  const match = /^floor\((.+),(\d+)\)$/.exec(name);
  const dividend = match ? dimEvaluate(match[1]!, sizes) : undefined;
  return dividend === undefined ? undefined : Math.floor(dividend / Number(match![2]));
}

const parsed = new Map<string, Polynomial>();

function parse(dim: Dim): Polynomial {
  if (typeof dim === 'number') return dim === 0 ? new Map() : new Map([['', dim]]);
  const known = parsed.get(dim);
  if (known) return known;
  const polynomial = splitOutside(dim, /[+-]/)
    .map(({ text, sign }) => {
      const parts = splitOutside(text, /\*/).map((part) => part.text.trim());
      if (parts.some((part) => !/^(\d+|[A-Za-z_][\w.]*(\(.*\))?)$/.test(part))) {
        throw new TypeError(`Expected a dimension like 'seq', '2*h*w' or 'past+seq', got '${dim}'`);
      }
      const numbers = parts.filter((part) => /^\d/.test(part)).map(Number);
      const names = parts.filter((part) => !/^\d/.test(part));
      return polynomialOf(
        numbers.reduce((a, b) => a * b, sign === '-' ? -1 : 1),
        names,
      );
    })
    .reduce(plus);
  parsed.set(dim, polynomial);
  return polynomial;
}

function polynomialOf(coefficient: number, names: string[]): Polynomial {
  return coefficient === 0 ? new Map() : new Map([[names.sort().join('*'), coefficient]]);
}

/** Cuts at the separators that stand outside parentheses. */
function splitOutside(text: string, separator: RegExp): { text: string; sign: string }[] {
  const parts = [{ text: '', sign: '+' }];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (depth === 0 && separator.test(char)) parts.push({ text: '', sign: char });
    else parts.at(-1)!.text += char;
  }
  return parts[0]!.text === '' && parts.length > 1 ? parts.slice(1) : parts;
}

const factors = (monomial: string): string[] =>
  monomial === '' ? [] : splitOutside(monomial, /\*/).map((part) => part.text);

function withoutFactors(monomial: string, divisor: string): string | undefined {
  const rest = factors(monomial);
  for (const factor of factors(divisor)) {
    const at = rest.indexOf(factor);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  return rest.join('*');
}

function plus(a: Polynomial, b: Polynomial): Polynomial {
  const sum = new Map(a);
  for (const [key, value] of b) {
    const total = (sum.get(key) ?? 0) + value;
    if (total === 0) sum.delete(key);
    else sum.set(key, total);
  }
  return sum;
}

function times(a: Polynomial, b: Polynomial): Polynomial {
  let product: Polynomial = new Map();
  for (const [keyA, valueA] of a) {
    for (const [keyB, valueB] of b) {
      product = plus(product, polynomialOf(valueA * valueB, [...factors(keyA), ...factors(keyB)]));
    }
  }
  return product;
}

function render(polynomial: Polynomial): Dim {
  const terms = [...polynomial].sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1));
  if (terms.length === 0) return 0;
  if (terms.length === 1 && terms[0]![0] === '') return terms[0]![1];
  const text = terms.map(([monomial, coefficient]) => {
    const sign = coefficient < 0 ? '-' : '+';
    const size = Math.abs(coefficient);
    return sign + (monomial === '' ? size : size === 1 ? monomial : `${size}*${monomial}`);
  });
  return text.join('').replace(/^\+/, '');
}
