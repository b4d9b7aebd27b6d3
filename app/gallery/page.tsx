/** Every picture of every session. The studio reads from the address that the gallery is meant. */
import { readKnown } from '../../server/known.ts';
import { Studio } from '../components/studio.tsx';

export default async function GalleryPage() {
  return <Studio known={await readKnown()} />;
}
