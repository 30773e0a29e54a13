import { Component, type ReactNode } from 'react';
import { useLanguage } from '../words/language.tsx';

interface CrashBoundaryProps {
  /** The class of the part, which gives it its place in the page. */
  part: 'pane' | 'members';
  children: ReactNode;
}

/** Replaces a part that cannot be rendered with a message. The parts around it go on. */
export class CrashBoundary extends Component<CrashBoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Crashed part={this.props.part} /> : this.props.children;
  }
}

function Crashed({ part }: Pick<CrashBoundaryProps, 'part'>) {
  const { words } = useLanguage();
  return (
    <div className={`${part} crashed`}>
      <div className="empty" role="alert">
        <div>
          <h2>{words.crash.text}</h2>
          <div className="chips">
            <button type="button" className="button primary" onClick={() => location.reload()}>
              {words.crash.reload}
            </button>
          </div>
        </div>
      </div>
    </div>
  );
}
