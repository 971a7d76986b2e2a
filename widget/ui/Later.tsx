import { Component, type ComponentChildren, type VNode } from 'preact';
import { say } from '../i18n.ts';

interface LaterProps {
  /** Fetches what the children need; refused where it cannot be had. */
  fetch: () => Promise<unknown>;
  children: ComponentChildren;
}

/** What is fetched only when somebody wants to see it: the thing itself, or words and Retry where it cannot be had. */
export class Later extends Component<LaterProps, { failed: boolean }> {
  override state = { failed: false };

  override componentDidMount(): void {
    this.try();
  }

  private try = (): void => {
    this.setState({ failed: false });
    this.props.fetch().catch(() => this.setState({ failed: true }));
  };

  override render({ children }: LaterProps, { failed }: { failed: boolean }): VNode {
    if (!failed) return <>{children}</>;
    return (
      <div class="body pad" role="alert">
        <p>{say('notHere')}</p>
        <button type="button" class="btn" onClick={this.try}>
          {say('retry')}
        </button>
      </div>
    );
  }
}
