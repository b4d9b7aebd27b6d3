/** One session. The studio reads its name from the address, so moving between sessions keeps the page. */
import { readKnown } from '../../../server/known.ts';
import { Studio } from '../../components/studio.tsx';

export default async function SessionPage() {
  return <Studio known={await readKnown()} />;
}
