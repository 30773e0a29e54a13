import '../style/overlays.css';
import '../style/signin.css';

export { SignIn as default } from './sign-in.tsx';
