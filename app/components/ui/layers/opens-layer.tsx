/**
 * A button that opens a menu or a sheet. It is a plain button until it is first pressed; from then on the layer, with a trigger
 * that looks the same, stands in its place.
 */
import { type ComponentProps, type ReactNode, Suspense, useState } from 'react';

/** What a layer gives its trigger. */
export type LayerButton = ComponentProps<'button'>;

interface OpensLayerProps {
  opens: 'menu' | 'dialog';
  button: LayerButton;
  /** Opened as soon as it is there. */
  layer: (button: LayerButton) => ReactNode;
}

export function OpensLayer({ opens, button, layer }: OpensLayerProps) {
  const [wasPressed, setPressed] = useState(false);
  const press = () => setPressed(true);
  const plain = (
    <button
      type="button"
      aria-haspopup={opens}
      aria-expanded={false}
      data-state="closed"
      onClick={press}
      onKeyDown={(event) => {
        if (opens !== 'menu' || event.key !== 'ArrowDown') return;
        event.preventDefault();
        press();
      }}
      {...button}
    />
  );
  return wasPressed ? <Suspense fallback={plain}>{layer(button)}</Suspense> : plain;
}
