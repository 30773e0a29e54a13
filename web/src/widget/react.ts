// What the widget's components need of React, made of Preact, under React's names: the widget's build takes this file for
// `react` and `react-dom/client`. preact/compat does it for every component there is, in 1.4 kB more.
import { type ComponentChildren, type ComponentType, createElement, options, render, type VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export { Component, createContext, createElement, Fragment } from 'preact';
export * from 'preact/hooks';

export function createRoot(box: Element) {
  return { render: (node: ComponentChildren) => render(node, box), unmount: () => render(null, box) };
}

export function memo<Props extends object>(Part: ComponentType<Props>) {
  return function Memo(this: preact.Component<Props>, props: Props) {
    this.shouldComponentUpdate = (next) => differ(this.props, next) || differ(next, this.props);
    return createElement(Part, props);
  };
}

function differ<Props extends object>(some: Props, others: Props): boolean {
  return Object.entries(some).some(([name, value]) => value !== others[name as keyof Props]);
}

export function useSyncExternalStore<Value>(subscribe: (look: () => void) => () => void, get: () => Value): Value {
  const value = get();
  const shown = useRef({ get, value });
  const [, renderAgain] = useState({});
  shown.current = { get, value };
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(shown.current.get(), shown.current.value)) renderAgain({});
    };
    look(); // it may have changed meanwhile
    return subscribe(look);
  }, [subscribe]);
  return value;
}

/** React's names for events that the browser has under others. */
const eventNames: Record<string, string> = { onChange: 'onInput', onFocus: 'onFocusIn', onBlur: 'onFocusOut' };

options.vnode = (node: VNode) => {
  if (typeof node.type !== 'string') return;
  const props = Object.entries(node.props).map(([name, value]) => [
    name === 'className' ? 'class' : (eventNames[name] ?? name),
    value,
  ]);
  node.props = Object.fromEntries(props);
};

options.event = (event) => Object.assign(event, { nativeEvent: event });
