/** The way in, where there are accounts. */
import { SignIn } from '../components/people/sign-in.tsx';

export default function Page() {
  return <SignIn />;
}
