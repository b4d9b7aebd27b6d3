/** Every picture of every session. The studio reads from the address that the gallery is meant. */
import { Studio } from '../components/studio/studio.tsx';

export default function GalleryPage() {
  return <Studio />;
}
