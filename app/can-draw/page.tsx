/** What the loaded model can draw, to pick from. */
import { CanDraw } from '../components/can-draw/can-draw.tsx';

export default function CanDrawPage() {
  return <CanDraw />;
}
