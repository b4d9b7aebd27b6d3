/**
 * Attributes of an operator: the values that are fixed when the graph is built. Written as one-key records because
 * ONNX tells 1 from 1.0 and JavaScript does not.
 */

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** The attributes as messages show them: `axis=-1, epsilon=0.00001`. */
export function formatAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, attribute]) => attribute !== undefined)
    .map(([name, attribute]) => {
      const [value] = Object.values(attribute!);
      return `${name}=${Array.isArray(value) ? `[${value.join(', ')}]` : value}`;
    })
    .join(', ');
}
