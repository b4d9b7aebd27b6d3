/** A new session: nothing exists until the first message or picture. */
import { Studio } from './components/studio/studio.tsx';

export default function NewSessionPage() {
  return <Studio />;
}
