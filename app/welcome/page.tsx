/** Where one-time links lead. */
import { Welcome } from '../components/people/welcome.tsx';

export default function Page() {
  return <Welcome />;
}
