/**
 * How a black and white mask looks over its picture: red, hatched in white, with a white line along its edge and a dark one
 * around that, so that it is seen on pictures of any colour. A filter for the canvas; knows no mask.
 */

const HATCH = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M-2 2 2-2M-2 10 10-2M6 10 10 6" stroke="#fff" stroke-width="1.5"/></svg>',
)}`;
const LINE_PX = 1.5;

export function MaskLook({ id }: { id: string }) {
  return (
    <svg className="absolute size-0" aria-hidden="true">
      <filter id={id} x="0" y="0" width="100%" height="100%" colorInterpolationFilters="sRGB">
        <feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1 0 0 0 0" result="painted" />
        <feMorphology in="painted" operator="dilate" radius={LINE_PX} result="wide" />
        <feMorphology in="painted" operator="erode" radius={LINE_PX} result="narrow" />
        <feFlood floodColor="rgb(217 51 31)" floodOpacity="0.45" />
        <feComposite in2="painted" operator="in" result="tint" />
        <feImage href={HATCH} x="0" y="0" width="8" height="8" result="stroke" />
        <feTile in="stroke" result="strokes" />
        <feComposite in="strokes" in2="painted" operator="in" result="hatch" />
        <feComponentTransfer in="hatch" result="paleHatch">
          <feFuncA type="linear" slope="0.5" />
        </feComponentTransfer>
        <feComposite in="wide" in2="painted" operator="out" result="darkLine" />
        <feFlood floodColor="#fff" />
        <feComposite in2="painted" operator="in" />
        <feComposite in2="narrow" operator="out" result="lightLine" />
        <feMerge>
          <feMergeNode in="tint" />
          <feMergeNode in="paleHatch" />
          <feMergeNode in="darkLine" />
          <feMergeNode in="lightLine" />
        </feMerge>
      </filter>
    </svg>
  );
}
