import { Component, h, type ComponentType } from "preact";

/** Draws a component again only when `same` says that its properties differ; preact/compat has it, with much else. */
export const memo = <P extends object>(
  Inner: ComponentType<P>,
  same: (before: P, now: P) => boolean,
): ComponentType<P> =>
  class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !same(this.props, next);
    }

    override render(props: P) {
      return h(Inner, props);
    }
  };
