/** A new session: nothing exists until the first message or picture. */
import { readKnown } from '../server/known.ts';
import { Studio } from './components/studio.tsx';

export default async function NewSessionPage() {
  return <Studio known={await readKnown()} />;
}
